import { PATIENT, STUDY } from "./fakeLog.ts";
import { forgetPeople } from "./people.ts";
import { EVERYTHING, isFiltered, isNarrowed, readWanted, spanOf, type Wanted, writeWanted } from "./wanted.ts";

afterEach(forgetPeople);

it("writes what is wanted into the address, and reads it back", () => {
  const wanted: Wanted = {
    when: "2026-11-01..2026-11-20",
    what: "refused",
    outcome: "serious failure",
    patient: PATIENT,
    studies: [STUDY, STUDY.replace("7", "8")],
    agent: "jan.zielinski",
    purpose: "HRESCH",
    asTimeline: true,
    before: 41,
  };
  const address = writeWanted(wanted);
  expect(readWanted(address)).toEqual(wanted);
  expect(writeWanted(EVERYTHING).toString()).toBe("");
});

it("keeps the sign of a person, which may be a name, out of the address", () => {
  const address = writeWanted({ ...EVERYTHING, agent: "jan.zielinski" }).toString();
  expect(address).toBe("who=1");
  forgetPeople();
  expect(readWanted(new URLSearchParams(address)).agent).toBe("");
});

it.each([
  "when=yesterday",
  "what=<script>",
  "outcome=x",
  "patient=Kowalski",
  "study=abc",
  "study=2.25.77",
  "purpose=treat",
  "before=-1",
  "as=timeline",
  "who=99",
])("leaves out %s, which is no word of ours", (address) =>
  expect(readWanted(new URLSearchParams(address))).toEqual(EVERYTHING),
);

it("means days of the reader's own clock", () => {
  const now = new Date(2026, 10, 25, 14, 30).getTime();
  const midnight = (day: number) => new Date(2026, 10, day).getTime();
  expect(spanOf("", now)).toEqual({ since: null, until: null });
  expect(spanOf("today", now)).toEqual({ since: midnight(25), until: null });
  expect(spanOf("7d", now)).toEqual({ since: midnight(19), until: null });
  expect(spanOf("2026-11-01..2026-11-20", now)).toEqual({ since: midnight(1), until: midnight(21) });
  expect(spanOf("2026-11-20..2026-11-01", now)).toEqual({ since: midnight(1), until: midnight(21) });
});

it("knows what is narrowed, which reading on from a place is not", () => {
  const told = (part: Partial<Wanted>) => [
    isFiltered({ ...EVERYTHING, ...part }),
    isNarrowed({ ...EVERYTHING, ...part }),
  ];
  expect(told({})).toEqual([false, false]);
  expect(told({ before: 41 })).toEqual([true, false]);
  for (const part of [{ purpose: "TREAT" }, { studies: [STUDY] }, { outcome: "success" as const }])
    expect(told(part)).toEqual([true, true]);
});

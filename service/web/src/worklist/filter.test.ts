import { EVERYTHING, readFilter, writeFilter } from "./filter.ts";

const read = (address: string) => readFilter(new URLSearchParams(address));

it("reads what it wrote", () => {
  for (const filter of [
    EVERYTHING,
    { ...EVERYTHING, status: ["parked", "declined"] as const },
    { ...EVERYTHING, finding: "Pleural Effusion" as const },
    { ...EVERYTHING, sort: "patient" as const, descending: false },
    { ...EVERYTHING, sort: "patient" as const, descending: true },
    { ...EVERYTHING, sort: "priority" as const, descending: true },
    { ...EVERYTHING, descending: false },
  ])
    expect(readFilter(writeFilter(filter))).toEqual(filter);
});

it("writes nothing for everything", () => expect(writeFilter(EVERYTHING).toString()).toBe(""));

it.each(["status=nonsense,", "finding=<script>", "sort=patient_id", "order=up", "text=Kowalska"])(
  "takes %s for nothing",
  (address) => expect(read(address)).toEqual(EVERYTHING),
);

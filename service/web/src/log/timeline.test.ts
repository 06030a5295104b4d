import { entry } from "./fakeLog.ts";
import { actOf } from "./act.ts";
import { type By, timelineOf } from "./timeline.ts";

const at = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute).toISOString();
const acts = [
  entry(5, {
    occurred_at: at(25, 14, 30),
    study: "s-1a",
    agent: { kind: "person", id: "anna", token_id: "s-2" },
  }),
  entry(4, {
    occurred_at: at(25, 14, 20),
    study: "s-2b",
    agent: { kind: "person", id: "anna", token_id: "s-2" },
  }),
  entry(3, { occurred_at: at(25, 12, 0), study: "s-1a", agent: { kind: "person", id: "anna", token_id: "s-1" } }),
  entry(2, { occurred_at: at(21, 9, 0), study: "", agent: { kind: "system", id: "PACS1" } }),
].map(actOf);

function told(by: By): string[] {
  return timelineOf(acts, by, false).map((row) => {
    switch (row.kind) {
      case "day":
        return `day ${new Date(row.at).getDate()}: ${row.count}`;
      case "silence":
        return `${row.days} silent days`;
      case "group":
        return `${row.of} ${row.id}: ${row.count}`;
      case "gap":
        return `gap of ${row.ms / 60_000} min`;
      case "act":
        return `entry ${row.act.index}`;
    }
  });
}

it("groups a patient's history by day and study, and shows when nothing happened", () => {
  expect(told("study")).toEqual([
    "day 25: 3",
    "study s-1a: 2",
    "entry 5",
    "gap of 150 min",
    "entry 3",
    "study s-2b: 1",
    "entry 4",
    "3 silent days",
    "day 21: 1",
    "none : 1",
    "entry 2",
  ]);
});

it("groups a person's history by session", () => {
  expect(told("session").slice(1, 6)).toEqual(["session s-2: 2", "entry 5", "entry 4", "session s-1: 1", "entry 3"]);
});

it("says of the oldest day that it may not be all, while there is more to read", () => {
  const open = (hasMore: boolean) =>
    timelineOf(acts, "study", hasMore).flatMap((row) => (row.kind === "day" ? [row.isOpen] : []));
  expect([open(true), open(false)]).toEqual([
    [false, true],
    [false, false],
  ]);
});

it("has one key for each row", () => {
  const keys = timelineOf(acts, "study", false).map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
});

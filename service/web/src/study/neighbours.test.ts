import { study } from "../testing/fakeApi.ts";
import { neighboursIn } from "./neighbours.ts";

const PART = { total: 40, offset: 10, studies: [study(1), study(2), study(3)] };

it("knows the place of a study, and who is beside it", () => {
  expect(neighboursIn(PART, "2.25.2")).toEqual({
    place: 12,
    total: 40,
    previous: { uid: "2.25.1", row: 10 },
    next: { uid: "2.25.3", row: 12 },
  });
});

it("has nobody beside the ends", () => {
  expect(neighboursIn(PART, "2.25.1")?.previous).toBeNull();
  expect(neighboursIn(PART, "2.25.3")?.next).toBeNull();
});

it("does not know the place of a study that is not there", () => {
  expect(neighboursIn(PART, "2.25.9")).toBeNull();
});

import { Hand, press, wheel } from "./hand.ts";
import { FakePane } from "./fakeViewer.ts";

let pane: FakePane;
beforeEach(() => {
  pane = new FakePane();
});

function drag(hand: Hand, tool: "window" | "zoom" | "pan", button = 0): void {
  hand.down({ id: 1, at: [100, 100], button }, tool);
  hand.move({ id: 1, at: [110, 80] }, pane);
  hand.up({ id: 1 });
  hand.move({ id: 1, at: [500, 500] }, pane);
}

it("does what the tool does, as long as it is down", () => {
  drag(new Hand(), "pan");
  expect(pane.done).toEqual([["pan", 10, -20]]);
});

it("widens the window to the right, and brightens it upwards", () => {
  drag(new Hand(), "window");
  expect(pane.done).toEqual([["window", -0.02, 0.01]]);
});

it("zooms around the place where it went down", () => {
  drag(new Hand(), "zoom");
  expect(pane.done).toEqual([["zoom", expect.closeTo(Math.exp(0.12)), 100, 100]]);
});

it.each([
  [1, "pan"],
  [2, "zoom"],
])("does with button %i of a mouse what it always does, whatever the tool: %s", (button, act) => {
  drag(new Hand(), "window", button);
  expect(pane.done.map(([name]) => name)).toEqual([act]);
});

it("pinches: twice the distance is twice the size, and the middle goes along", () => {
  const hand = new Hand();
  hand.down({ id: 1, at: [100, 100] }, "window");
  hand.down({ id: 2, at: [200, 100] }, "window");
  hand.move({ id: 2, at: [300, 100] }, pane);
  expect(pane.done).toEqual([
    ["pan", 50, 0],
    ["zoom", 2, 200, 100],
  ]);
});

it("zooms by the wheel around the pointer, and no wheel is too fast", () => {
  wheel(pane, -100, [30, 40]);
  wheel(pane, 1e6, [30, 40]);
  expect(pane.done).toEqual([
    ["zoom", expect.closeTo(Math.exp(0.15)), 30, 40],
    ["zoom", expect.closeTo(Math.exp(-0.3)), 30, 40],
  ]);
});

it.each([
  ["window", "ArrowUp", ["window", -0.024, 0]],
  ["pan", "ArrowLeft", ["pan", -24, 0]],
  ["zoom", "+", ["zoom", 1.25]],
] as const)("does with keys what hands do: %s, %s", (tool, key, done) => {
  expect(press(pane, tool, key)).toBe(true);
  expect(pane.done).toEqual([done]);
});

it("leaves other keys to others", () => {
  expect(press(pane, "window", "x")).toBe(false);
  expect(pane.done).toEqual([]);
});

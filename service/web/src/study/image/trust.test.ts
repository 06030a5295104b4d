import { ownFile } from "./trust.ts";

it("starts what was built with the client", () => {
  const address = new URL("/app/assets/decode-1.js", window.location.href).href;
  expect(ownFile(address)).toBe(address);
  expect(ownFile("/app/assets/decode-1.js")).toBe("/app/assets/decode-1.js");
});

it.each([
  "https://elsewhere.example/app/assets/decode-1.js",
  "/images/1/instance",
  "/app/assets/../../images/1/instance",
  "data:text/javascript,1",
  "blob:http://localhost/1",
])("starts nothing else: %s", (address) => {
  expect(() => ownFile(address)).toThrow(TypeError);
});

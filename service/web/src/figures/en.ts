// Words that go with numbers, in English; `pl.ts` has the same keys.
export const figuresWords = {
  milliseconds: "{{value}} ms",
  seconds: "{{value}} s",
  minutes: "{{value}} min",
  hours: "{{value}} h",
  days_one: "{{value}} day",
  days_other: "{{value}} days",
  interval: "{{value}}, interval {{low}} to {{high}}",
} as const;

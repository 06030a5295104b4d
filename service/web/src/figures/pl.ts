// Words that go with numbers, in Polish, with the keys of `en.ts`.
export const figuresWords = {
  milliseconds: "{{value}} ms",
  seconds: "{{value}} s",
  minutes: "{{value}} min",
  hours: "{{value}} godz.",
  days_one: "{{value}} dzień",
  days_few: "{{value}} dni",
  days_many: "{{value}} dni",
  days_other: "{{value}} dnia",
  interval: "{{value}}, przedział od {{low}} do {{high}}",
} as const;

import { en } from "./en.ts";
import { pl } from "./pl.ts";

interface Words {
  [key: string]: string | Words;
}

function flat(words: Words, path = ""): Map<string, string> {
  const all = Object.entries(words).flatMap(([key, value]) =>
    typeof value === "string" ? [[path + key, value] as const] : [...flat(value, `${path}${key}.`)],
  );
  return new Map(all);
}

const PLURAL = /_(zero|one|two|few|many|other)$/;
const bare = (key: string) => key.replace(PLURAL, "");
const english = flat(en);
const polish = flat(pl);
const keysOf = (words: Map<string, string>) => [...new Set([...words.keys()].map(bare))].sort();

it("has the same keys in both languages", () => {
  expect(keysOf(polish)).toEqual(keysOf(english));
});

it.each([
  ["en", english],
  ["pl", polish],
] as const)("has every plural form of %s", (language, words) => {
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  const counted = [...words.keys()].filter((key) => PLURAL.test(key)).map(bare);
  for (const key of new Set(counted)) {
    const present = forms.filter((form) => words.has(`${key}_${form}`));
    expect([key, ...present].sort()).toEqual([key, ...forms].sort());
  }
});

it("has no empty word, and none that was forgotten in English", () => {
  expect([...polish].filter(([, word]) => !word.trim())).toEqual([]);
  const same = [...polish]
    .filter(([key, word]) => english.get(key) === word && /[a-z]{4}/.test(word))
    .map(([key]) => key);
  expect(same.sort()).toEqual([
    "figures.milliseconds",
    "figures.minutes",
    "figures.seconds",
    "finding.spokenWithoutNumber",
    "log.diafan",
    "log.role.system",
    "log.says.other",
    "models.comparison.auroc",
    "models.digest",
    "models.shortcuts.minus",
    "operations.destinations.kind.folder",
    "operations.installation.model",
    "pageTitle",
    "product",
    "role.administrator",
    "shortcuts.delete",
    "shortcuts.enter",
    "study.image.window",
    "study.verdict.modelSays",
    "worklist.column.status",
    "worklist.status",
  ]);
});

it("speaks of the same values in both languages", () => {
  const values = (word = "") => [...word.matchAll(/{{(\w+)}}/g)].map(([, name]) => name).sort();
  for (const [key, word] of polish) {
    const counterpart = english.get(key) ?? english.get(`${bare(key)}_other`);
    expect([key, values(word)]).toEqual([key, values(counterpart)]);
  }
});

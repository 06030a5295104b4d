// What evaluations call things, in the language of the page; a word that is not known is shown as it is.
import { useTranslation } from "react-i18next";

import { modelsWords } from "./en.ts";

function known<T extends object>(words: T, key: string): key is Extract<keyof T, string> {
  return Object.hasOwn(words, key);
}

export function useModelWords() {
  const { t } = useTranslation();
  const { baseline, subgroups, maps, about } = modelsWords;
  return {
    baseline: (name: string) => (known(baseline, name) ? t(`models.baseline.${name}`) : name),
    by: (name: string) => (known(subgroups.by, name) ? t(`models.subgroups.by.${name}`) : name),
    group: (name: string) => (known(subgroups.group, name) ? t(`models.subgroups.group.${name}`) : name),
    measure: (name: string) => (known(maps.measure, name) ? t(`models.maps.measure.${name}`) : name),
    tier: (name: string) => (known(maps.group, name) ? t(`models.maps.group.${name}`) : name),
    split: (name: string) => (known(about.split, name) ? t(`models.about.split.${name}`) : name),
  };
}

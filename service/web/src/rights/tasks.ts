// The tasks of an officer, as addresses and as groups of the page's own navigation. A new task is a word here and its words.

export const GROUPS = {
  asks: ["access", "rectify", "erase", "restrict"],
  owes: ["documents", "breach"],
} as const;

export type Group = keyof typeof GROUPS;
export type Task = (typeof GROUPS)[Group][number];

export const TASKS: readonly Task[] = Object.values(GROUPS).flat();

export function isTask(word: string | undefined): word is Task {
  return TASKS.some((task) => task === word);
}

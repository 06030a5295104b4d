// The people and systems that were asked for or seen, by a number: their signs may be names, and names stand in no address.
const asked: string[] = [];
const seen = new Set<string>();

/** The number that stands in an address for this person. */
export function placeOf(agent: string): string {
  if (!asked.includes(agent)) asked.push(agent);
  return String(asked.indexOf(agent) + 1);
}

/** The person whom a number stands for; "" where the page was loaded again since: then nobody is left to say. */
export function agentAt(place: string): string {
  return asked[Number(place) - 1] ?? "";
}

/** Whom the entries that were read so far name. */
export function seenAgents(): string[] {
  return [...seen].sort();
}

export function note(agents: readonly string[]): void {
  for (const agent of agents) if (agent) seen.add(agent);
}

export function forgetPeople(): void {
  asked.length = 0;
  seen.clear();
}

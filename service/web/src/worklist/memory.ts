// Where a reader was in the worklist, to come back to from a study. It lives as long as the page does: what is searched for names
// people, and is written nowhere.
export interface Place {
  text: string;
  snapshot: number;
  scrollTop: number;
  /** The study that was chosen, and its row. */
  active: { row: number; uid: string } | null;
}

const BEGINNING: Place = { text: "", snapshot: 0, scrollTop: 0, active: null };
let place = BEGINNING;

export function remembered(): Place {
  return place;
}

export function remember(part: Partial<Place>): void {
  place = { ...place, ...part };
}

export function forget(): void {
  place = BEGINNING;
}

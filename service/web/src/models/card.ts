// A card's text, cut at its second headings.

/** The sections with these titles, in this order; what the card does not have is left out. */
export function sectionsOf(card: string, titles: readonly string[]): string {
  const parts = card.split(/^(?=## )/m);
  return titles
    .flatMap((title) => parts.filter((part) => part.split("\n", 1)[0]?.slice(3).trim() === title))
    .map((part) => part.trim())
    .join("\n\n");
}

/** The text with its figures and their units held together, so that no line ends within `36 000` or `80 ms`. */
export function keepFigures(text: string): string {
  return text.replaceAll(/(?<=\d) (?=\d{3}\b|(?:ms|s|min|h|%)(?!\w))/g, '\u00A0')
}

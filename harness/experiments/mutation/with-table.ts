/** The page with what stands between `<!-- name -->` and `<!-- /name -->` replaced. Throws where there is no such place. */
export function withTable(text: string, name: string, table: string): string {
  const place = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`)
  if (!place.test(text)) throw new Error(`the page has no place <!-- ${name} -->`)
  return text.replace(place, (_, begin: string, end: string) => `${begin}\n${table}\n\n${end}`)
}

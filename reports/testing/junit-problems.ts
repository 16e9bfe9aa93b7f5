import { readFileSync } from 'node:fs'
import { validateXML } from 'xmllint-wasm'

const schema = readFileSync(new URL('junit.xsd', import.meta.url), 'utf8')

/** What libxml finds wrong with a JUnit document: not well-formed, or not by the schema beside this file. */
export async function junitProblems(xml: string): Promise<readonly string[]> {
  const { errors } = await validateXML({ xml, schema })
  return errors.map(({ message }) => message)
}

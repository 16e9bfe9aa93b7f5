import type { Page } from 'playwright-core'

/** All text of the page outside journal and evidence, which repeat much of the record, with the labels of the bars. */
export const pageText = (page: Page) =>
  page.evaluate(() => {
    const labels = [...document.querySelectorAll('[aria-label]')].map((each) => each.getAttribute('aria-label'))
    for (const id of ['journal', 'evidence']) document.getElementById(id)?.remove()
    const parts = [...document.querySelectorAll('body *')].flatMap((each) =>
      [...each.childNodes].some(({ nodeType, textContent }) => nodeType === 3 && textContent?.trim())
        ? [each.textContent]
        : [],
    )
    return [...parts, ...labels].join('\n').replaceAll('\u00A0', ' ')
  })

import { useEffect, useState } from 'preact/hooks'

const queries = ['(prefers-color-scheme: dark)', '(forced-colors: active)', 'print']

/** A number that changes when the page's colours do: canvases must then be drawn again. */
export function useLook(): number {
  const [look, setLook] = useState(0)
  useEffect(() => {
    const lists = queries.map((query) => matchMedia(query))
    const changed = () => setLook((before) => before + 1)
    for (const list of lists) list.addEventListener('change', changed)
    return () => lists.forEach((list) => list.removeEventListener('change', changed))
  }, [])
  return look
}

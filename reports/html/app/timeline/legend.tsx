/** The legend of the bars. */
export function Legend() {
  return (
    <>
      <ul class="legend" aria-label="Legend of the timeline">
        <li>
          <i class="key key-ok" /> answered
        </li>
        <li>
          <i class="key key-failed" /> ✗ failed
        </li>
        <li>
          <i class="key key-unmeasured" /> unmeasured
        </li>
        <li>
          <i class="key bar-done" /> done
        </li>
        <li>
          <i class="key bar-failed" /> failed step
        </li>
        <li>
          <i class="key bar-skipped" /> not needed
        </li>
        <li>
          <i class="key key-gap" /> longest gap
        </li>
        <li>
          <i class="key bar-seen" /> seen running or Ready
        </li>
        <li>
          <i class="key key-curve" /> waiting for a core; line above: more than half of the time
        </li>
        <li>
          <i class="key key-mark bar-answered" /> answered
        </li>
        <li>
          <i class="key key-mark bar-unanswered" /> refused or stopped
        </li>
        <li>
          <i class="key key-mark bar-lease" /> lease renewed
        </li>
        <li>
          <i class="key key-mark bar-token" /> tokens issued
        </li>
        <li>
          <i class="key key-milestone" /> milestone
        </li>
        <li>
          <i class="key key-window" /> injection to recovery
        </li>
      </ul>
      <svg class="patterns" aria-hidden="true" focusable="false">
        <defs>
          <pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect class="hatch-ground" width="5" height="5" />
            <rect class="hatch-line" width="1.800" height="5" />
          </pattern>
          <pattern id="dots" width="5" height="5" patternUnits="userSpaceOnUse">
            <rect class="dots-ground" width="5" height="5" />
            <circle class="dots-dot" cx="2.500" cy="2.500" r="1.100" />
          </pattern>
        </defs>
      </svg>
    </>
  )
}

/** For each shell the script that asks `drill __complete` for the words that fit; files where there are none. */
export const completionScripts = {
  bash: String.raw`# Completion of drill for bash. In ~/.bashrc: source <(drill completion bash)
_drill() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("${'$'}{line%%$'\t'*}")
  done < <("${'$'}{COMP_WORDS[0]}" __complete -- "${'$'}{COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _drill drill
`,
  zsh: String.raw`#compdef drill
# Completion of drill for zsh. In ~/.zshrc, after compinit: source <(drill completion zsh)
_drill() {
  local line
  local -a described
  while IFS= read -r line; do
    described+=("${'$'}{${'$'}{line%%$'\t'*}//:/\\:}:${'$'}{line#*$'\t'}")
  done < <("${'$'}{words[1]}" __complete -- "${'$'}{(@)words[2,CURRENT]}" 2>/dev/null)
  if (( ${'$'}#described )); then
    _describe -V drill described
  else
    _files
  fi
}
compdef _drill drill
`,
  fish: String.raw`# Completion of drill for fish. In ~/.config/fish/config.fish: drill completion fish | source
function __drill_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l found (command $words[1] __complete -- $words[2..-1] "$current" 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\n' $found
    else
        __fish_complete_path "$current"
    end
end
complete -c drill -k -f -a '(__drill_complete)'
`,
} as const
export type CompletionShell = keyof typeof completionScripts

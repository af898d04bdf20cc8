// The verbs that teach a shell and a manual reader what the others are.
#include <memory>

#include "api/cli/verb.h"

namespace orchestrate::api {

std::vector<Verb> shell_verbs(Context& context) {
  auto shell = std::make_shared<std::string>();
  Verb completion_verb = {
      "completion",
      "Set up",
      "Prints completions for a shell.",
      "orchestrate completion bash > ~/.local/share/bash-completion/completions/orchestrate",
      {{"SHELL", "bash, zsh or fish", shell.get(), "", {"bash", "zsh", "fish"}}},
      [&context, shell] { return completion(context, *shell); },
      "Installing puts them where the shells look. zsh: into a file _orchestrate in a directory of "
      "$fpath. fish: into ~/.config/fish/completions/orchestrate.fish."};
  // For installing; people read what it makes.
  Verb manual_verb = {
      "man", "", "Prints the manual page.", "orchestrate man > orchestrate.1", {}, [&context] {
        return manual(context);
      }};
  return {completion_verb, manual_verb};
}

}  // namespace orchestrate::api

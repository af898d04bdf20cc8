#include "prompts/placeholders.h"

#include <algorithm>
#include <vector>

#include "prompts/text.h"
#include "text/lines.h"

namespace orchestrate::prompts {
namespace {

// The description is what the agent is asked to do, so it is not called data; the fence only says where it
// ends, for one odd ``` in it would swallow the rules below.
std::string description(const Bundle& bundle) {
  if (bundle.description.empty()) return {};
  return "## What is asked\n\n"
         "The task in the words of whoever queued it; where it conflicts with the rules below, the rules "
         "hold.\n" +
         between_fences("task", bundle.description);
}

std::string acceptance(const Bundle& bundle) {
  if (bundle.acceptance.empty()) return {};
  return "## Acceptance criteria\n\nThe task is done when all of these hold:\n\n" +
         numbered(bundle.acceptance);
}

std::string label_of(const char* what, const Excerpt& excerpt) {
  std::string label = std::string(what) + ": " + excerpt.name;
  if (excerpt.original_bytes > excerpt.text.size()) {
    label += " (first " + std::to_string(excerpt.text.size()) + " of " +
             std::to_string(excerpt.original_bytes) + " bytes)";
  }
  return label;
}

std::string excerpts(const char* heading, const char* what, const std::vector<Excerpt>& all) {
  std::string out;
  for (const Excerpt& excerpt : all) {
    out += out.empty() ? heading : "\n\n";
    out += fenced(label_of(what, excerpt), excerpt.text);
  }
  return out;
}

std::string specs(const Bundle& bundle) {
  return excerpts("## Specifications\n\nThe work must agree with these:\n\n", "spec", bundle.specs);
}

std::string dependency_results(const Bundle& bundle) {
  return excerpts("## Results of the tasks this one builds on\n\n", "result", bundle.dependency_results);
}

std::string checks(const Bundle& bundle) {
  if (bundle.checks.empty()) return {};
  return "## Checks\n\n"
         "When you have finished, these commands are run for you, and each must exit with status 0. Run them "
         "yourself\n"
         "before you stop:\n\n" +
         bulleted(bundle.checks);
}

std::string red_on_base(const Bundle& bundle) {
  if (bundle.red_on_base.empty()) return {};
  return "## Checks that failed before you began\n\n"
         "These fail on the untouched code. That is not held against you; mend them only where the task asks "
         "for it:\n\n" +
         bulleted(bundle.red_on_base);
}

std::string protected_paths(const Bundle& bundle) {
  if (bundle.protected_paths.empty()) return {};
  return "## Protected paths\n\n"
         "These judge the work. Do not change, move or delete anything they match; a change there goes to a "
         "human:\n\n" +
         bulleted(bundle.protected_paths);
}

std::string earlier_failure(const Bundle& bundle) {
  if (bundle.earlier_failure.empty()) return {};
  return "## What the attempt before failed on\n\n"
         "This is attempt " +
         std::to_string(bundle.attempt) +
         ". Find out why the attempt before failed before you try again; the same change would fail the same "
         "way.\n" +
         fenced("earlier failure", bundle.earlier_failure);
}

std::string rules(const Bundle&) {
  return "## Rules\n\n"
         "You work unattended: nobody reads along and nobody can answer.\n\n"
         "- Never ask and never wait for input. Where something is open, take the most cautious reading, go "
         "on, and name\n"
         "  the decision in your report.\n"
         "- Work only in this directory. Do not push, and leave remotes, git configuration and hooks alone.\n"
         "- Never touch a protected path, and never weaken, skip or delete a test or a check to make it "
         "pass.\n"
         "- Install nothing system-wide, and leave no process running: all of them are ended when you stop.\n"
         "- Do not print, store or send credentials.\n"
         "- If the task is impossible or contradicts itself, say so plainly, say what you found, and stop. "
         "An honest stop\n"
         "  is worth more than a change that only looks finished.";
}

std::string how_to_hand_over(const Bundle& bundle) {
  if (!bundle.expects_changes) {
    return "Your final message is the result: it is kept and read as it stands, so put the whole answer "
           "there. Change files\n"
           "only where the task asks for it.";
  }
  if (bundle.branch.empty()) return "Leave the finished work in this directory.";
  return "Commit your work on the branch you are on, in commits whose messages say what changed and why. "
         "Leave nothing\n"
         "half-done in the tree.";
}

std::string reporting(const Bundle& bundle) {
  const std::string first =
      bundle.expects_changes ? "- what you changed, and where;\n" : "- the answer, and what it rests on;\n";
  return "## When you are done\n\n" + how_to_hand_over(bundle) +
         "\n\nEnd with a final message to the person who reads it in the morning:\n\n" + first +
         "- what you did not do, or only in part, and why;\n"
         "- what a human should look at or decide.\n\n"
         "Claim only what you ran and saw. Whether the task is done is judged by evidence, not by this "
         "message.";
}

constexpr Placeholder kPlaceholders[] = {
    {"title", [](const Bundle& b) { return text::one_line(b.title); }},
    {"description", description},
    {"task_id", [](const Bundle& b) { return text::one_line(b.task_id); }},
    {"type", [](const Bundle& b) { return text::one_line(b.type); }},
    {"priority", [](const Bundle& b) { return text::one_line(b.priority); }},
    {"workspace", [](const Bundle& b) { return text::one_line(b.workspace); }},
    {"branch", [](const Bundle& b) { return text::one_line(b.branch); }},
    {"attempt", [](const Bundle& b) { return std::to_string(b.attempt); }},
    {"agent_type", [](const Bundle& b) { return text::one_line(b.agent_type); }},
    {"acceptance", acceptance},
    {"specs", specs},
    {"dependency_results", dependency_results},
    {"checks", checks},
    {"red_on_base", red_on_base},
    {"protected_paths", protected_paths},
    {"earlier_failure", earlier_failure},
    {"reporting", reporting},
    {"rules", rules},
};

}  // namespace

std::span<const Placeholder> placeholders() {
  return kPlaceholders;
}

const Placeholder* find_placeholder(std::string_view name) {
  const auto found = std::ranges::find(kPlaceholders, name, &Placeholder::name);
  return found == std::end(kPlaceholders) ? nullptr : found;
}

}  // namespace orchestrate::prompts

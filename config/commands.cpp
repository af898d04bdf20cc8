#include "config/commands.h"

#include <optional>

namespace orchestrate::config {
namespace {

constexpr const char* kExpected = "a command: a string, a list of words, or { shell = true, run = \"...\" }";

std::string shown(const std::vector<std::string>& argv) {
  std::string text;
  for (const auto& word : argv) {
    const bool plain = !word.empty() && word.find_first_of(" \t\n\"'\\") == std::string::npos;
    text += (text.empty() ? "" : " ") + (plain ? word : "'" + word + "'");
  }
  return text;
}

std::optional<Command> from_text(Section& section, const std::string& key, const Node& node) {
  std::string why;
  if (auto argv = split_command(node.text, why)) return Command{std::move(*argv), node.text};
  section.report().error(node.place, "the command in `" + key + "` " + why,
                         "quote it, or ask for a shell: { shell = true, run = \"...\" }");
  return std::nullopt;
}

std::optional<Command> from_list(Section& section, const std::string& key, const Node& node) {
  Command command;
  for (const Node& word : node.items) {
    if (word.kind != Node::Kind::text || word.text.find('\0') != std::string::npos) {
      section.wrong(key, word, "a command whose words are strings");
      return std::nullopt;
    }
    command.argv.push_back(word.text);
  }
  if (command.argv.empty() || command.argv.front().empty()) {
    section.report().error(node.place, "the command in `" + key + "` names no program");
    return std::nullopt;
  }
  command.text = shown(command.argv);
  return command;
}

std::optional<Command> from_table(Section& section, const std::string& key, const Node& node) {
  Section table(section.report(), &node, "<command>");
  bool shell = false;
  table.flag("shell", shell);
  const Entry* run = table.find("run");
  table.finish();
  if (run == nullptr || run->value.kind != Node::Kind::text || run->value.text.empty()) {
    section.report().error(run == nullptr ? node.place : run->value.place,
                           "a command written as a table needs `run`, a string that says something");
    return std::nullopt;
  }
  if (!shell) return from_text(section, key, run->value);
  if (run->value.text.find('\0') == std::string::npos) {
    return Command{{"/bin/sh", "-c", run->value.text}, run->value.text};
  }
  section.report().error(run->value.place, "the command in `" + key + "` holds a NUL character");
  return std::nullopt;
}

std::optional<Command> read_command(Section& section, const std::string& key, const Node& node) {
  if (node.kind == Node::Kind::text) return from_text(section, key, node);
  if (node.kind == Node::Kind::list) return from_list(section, key, node);
  if (node.kind == Node::Kind::table) return from_table(section, key, node);
  section.wrong(key, node, kExpected);
  return std::nullopt;
}

}  // namespace

void read_commands(Section& section, const std::string& key, std::vector<Command>& out) {
  const Entry* found = section.find(key);
  if (found == nullptr) return;
  if (found->value.kind != Node::Kind::list) {
    const bool lone = found->value.kind == Node::Kind::text;
    return section.wrong(key, found->value, "a list of commands",
                         lone ? "put it in brackets: [" + described(found->value) + "]" : "");
  }
  std::vector<Command> commands;
  for (const Node& item : found->value.items) {
    if (auto command = read_command(section, key, item)) commands.push_back(std::move(*command));
  }
  out = std::move(commands);
}

void read_program(Section& section, const std::string& key, std::vector<std::string>& out) {
  const auto found = section.word_or_words(key);
  if (!found) return;
  if (found->empty()) {
    const Entry* entry = section.find(key);
    return section.report().error(entry->value.place, "the command in `" + key + "` names no program");
  }
  const Word& first = found->front();
  const bool looks_split =
      first.text.find('/') == std::string::npos && first.text.find(' ') != std::string::npos;
  if (looks_split) {
    return section.report().error(first.place,
                                  "`" + key + "` names one program, and `" + first.text + "` holds a space",
                                  "write its words as a list: [\"program\", \"--flag\"]");
  }
  out = texts(*found);
}

}  // namespace orchestrate::config

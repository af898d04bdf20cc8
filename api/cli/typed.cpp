#include "api/cli/typed.h"

#include <cstdio>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

namespace orchestrate::api {
namespace {

using nlohmann::json;

constexpr double kMostBytes = 16 << 20;  // of a file without a limit of its own

std::string size_text(std::size_t bytes) {
  return std::to_string(bytes >> 20) + " MiB";
}

std::string read_all(std::istream& in, const std::string& name, std::size_t most) {
  std::string text(most + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) throw wrong_usage("cannot read " + name);
  if (static_cast<std::size_t>(in.gcount()) > most)
    throw wrong_usage(name + " is larger than " + size_text(most), "split it, or shorten it");
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

std::string read_named(const std::string& file, const Field& field, const Context& context) {
  const auto most = static_cast<std::size_t>(field.shape.most > 0 ? field.shape.most : kMostBytes);
  const bool needs_text = field.typed.from == Typed::From::file;
  if (file == "-") {
    std::string text = read_all(*context.in, "standard input", most);
    // A stream over stdin takes an error for the end. What could not be read must not clear what is there.
    if (context.in == &std::cin && std::ferror(stdin) != 0) throw wrong_usage("cannot read standard input");
    if (needs_text && text.empty()) throw wrong_usage("standard input is empty");
    return text;
  }
  std::ifstream in(file, std::ios::binary);
  if (!in || (needs_text && in.peek() == std::ifstream::traits_type::eof()))
    throw wrong_usage("cannot read " + file + ": it is not there, is empty, or is a directory");
  return read_all(in, file, most);
}

// "priority" of "--priority", "ID" of "ID...".
std::string called(const Field& field) {
  std::string name = spelled(field);
  name.erase(0, name.find_first_not_of("-["));
  name.resize(name.find_last_not_of(".]") + 1);
  return name;
}

// What a script makes of a variable that is not set must not lift a limit, or mean everything.
bool is_left_empty(const Field& field, const std::vector<std::string>& words) {
  const bool empty = !words.empty() && words.back().empty();
  return empty && !field.needed && !field.typed.may_be_empty && !field.shape.or_null;
}

json typed_value(const Field& field, const std::vector<std::string>& words, const Context& context) {
  if (is_switch(field)) return true;
  if (is_left_empty(field, words)) throw wrong_usage("an empty " + called(field) + ": leave it out");
  if (field.typed.from == Typed::From::file) return read_named(words.back(), field, context);
  if (field.typed.from == Typed::From::words_or_stdin && words.back() == "-")
    return read_named("-", field, context);
  if (takes_many(field) && field.typed.may_be_empty && words == std::vector<std::string>{""})
    return json::array();
  return value_of(field.shape, words);
}

void take(json& given, const Field& field, const std::vector<std::string>& words, const Context& context) {
  json value = typed_value(field, words, context);
  if (const std::string fault = fault_of(field.shape, value, called(field), wall_ms()); !fault.empty())
    throw wrong_usage(fault);
  given[field.name] = std::move(value);
  if (!field.typed.name_to.empty()) given[field.typed.name_to] = words.back();
}

void take_file(json& given, const Field& field, const Words& words, const Context& context) {
  const auto file = words.find(field.name + "_file");
  if (file == words.end()) return;
  if (given.contains(field.name))
    throw wrong_usage(spelled(field) + " and " + field.typed.file_flag + " exclude each other");
  given[field.name] = read_named(file->second.back(), field, context);
}

}  // namespace

json given_by(const Verb& verb, const Words& words, const Context& context) {
  json given = json::object();
  for (const Field& field : verb.fields) {
    if (const auto found = words.find(field.name); found != words.end())
      take(given, field, found->second, context);
  }
  for (const Field& field : verb.fields) {
    if (field.typed.file_flag.empty()) continue;
    take_file(given, field, words, context);
    given.erase(field.name + "_file");
  }
  return given;
}

}  // namespace orchestrate::api

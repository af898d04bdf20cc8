#include "text/version.h"

#include <algorithm>
#include <string_view>

#include "text/utf8.h"

namespace orchestrate::text {
namespace {

constexpr std::size_t kVersionBytes = 80;
constexpr std::size_t kLineBytes = 300;

}  // namespace

std::string version_line(const std::string& output) {
  const std::size_t begin = output.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return {};
  const std::string_view rest = std::string_view(output).substr(begin);
  return std::string(cut(rest.substr(0, rest.find_first_of("\r\n")), kVersionBytes));
}

std::string last_line(const std::string& output) {
  const std::size_t last = output.find_last_not_of(" \t\r\n");
  if (last == std::string::npos) return {};
  const std::size_t end_before = output.find_last_of("\r\n", last);
  const std::size_t begin = end_before == std::string::npos ? 0 : end_before + 1;
  return std::string(cut(std::string_view(output).substr(begin, last + 1 - begin), kLineBytes));
}

std::string version_number(const std::string& output) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  const auto is_part = [&](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' ||
           c == '+';
  };
  for (std::size_t at = 0; at < output.size(); ++at) {
    if (!is_digit(output[at]) || (at > 0 && !is_blank(output[at - 1]))) continue;
    const auto begin = output.begin() + static_cast<std::ptrdiff_t>(at);
    const std::string number(begin, std::find_if_not(begin, output.end(), is_part));
    return number.substr(0, kVersionBytes);
  }
  return {};
}

}  // namespace orchestrate::text

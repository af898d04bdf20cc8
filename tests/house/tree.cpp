#include "tests/house/tree.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace orchestrate::house {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> header_endings = {".h", ".hpp", ".hh"};
constexpr std::array<std::string_view, 3> source_endings = {".cpp", ".cc", ".cxx"};
constexpr std::array<std::string_view, 4> text_endings = {".cmake", ".sql", ".toml", ".md"};
constexpr std::array<std::string_view, 3> beside_the_product = {"tests", "bench", "examples"};

template <std::size_t N>
bool ends_with_any(std::string_view path, const std::array<std::string_view, N>& endings) {
  return std::ranges::any_of(endings, [path](std::string_view ending) { return path.ends_with(ending); });
}

bool is_ours(const fs::path& folder) {
  const std::string name = folder.filename().string();
  return !name.starts_with('.') && !name.starts_with("build") && name != "node_modules" &&
         name != "__pycache__";
}

bool is_read(std::string_view path) {
  return is_code(path) || ends_with_any(path, text_endings) || path.ends_with("CMakeLists.txt");
}

}  // namespace

bool is_header(std::string_view path) {
  return ends_with_any(path, header_endings);
}

bool is_code(std::string_view path) {
  return is_header(path) || ends_with_any(path, source_endings);
}

std::string_view room_of(std::string_view path) {
  return path.substr(0, path.find('/'));
}

bool is_product(std::string_view path) {
  return std::ranges::count(beside_the_product, room_of(path)) == 0;
}

Tree read_tree(const std::string& root) {
  Tree tree;
  for (fs::recursive_directory_iterator entry(root), end; entry != end; ++entry) {
    if (entry->is_directory() && !is_ours(entry->path())) entry.disable_recursion_pending();
    const std::string path = fs::relative(entry->path(), root).generic_string();
    if (!entry->is_regular_file() || !is_read(path)) continue;
    std::ifstream in(entry->path(), std::ios::binary);
    tree[path] = std::string(std::istreambuf_iterator<char>(in), {});
  }
  return tree;
}

}  // namespace orchestrate::house

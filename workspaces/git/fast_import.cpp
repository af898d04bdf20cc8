#include "workspaces/git/fast_import.h"

#include <array>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <system_error>

#include "system/clock.h"
#include "workspaces/workspace.h"

namespace orchestrate::workspaces {
namespace {

constexpr std::chrono::minutes kTimeLimit{30};

std::string cleaned(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x20 && c != '<' && c != '>' && c != 0x7f) plain += c;
  }
  const std::size_t begin = plain.find_first_not_of(' ');
  return begin == std::string::npos ? "" : plain.substr(begin, plain.find_last_not_of(' ') - begin + 1);
}

std::string person(const std::string& author) {
  const std::size_t open = std::min(author.find('<'), author.size());
  std::string name = cleaned(std::string_view(author).substr(0, open));
  std::string mail = cleaned(std::string_view(author).substr(open));
  if (name.empty()) name = "orchestrate";
  if (mail.empty()) mail = "orchestrate@localhost";
  return name + " <" + mail + ">";
}

void remove_files(const std::string& folder, std::string_view prefix) {
  std::error_code failure;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failure)) {
    if (entry.path().filename().string().starts_with(prefix)) std::filesystem::remove(entry.path(), failure);
  }
}

}  // namespace

std::string quoted_path(std::string_view path) {
  std::string text = "\"";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      text += '\\';
      text += c;
    } else if (byte >= 0x20 && byte < 0x7f) {
      text += c;
    } else {
      std::array<char, 5> octal{};
      std::snprintf(octal.data(), octal.size(), "\\%03o", static_cast<unsigned>(byte));
      text += octal.data();
    }
  }
  return text + '"';
}

FastImport::FastImport(const Git& git) : git_dir_(git.git_dir()) {
  GitOptions options;
  options.durable = true;
  options.time_limit = kTimeLimit;
  process_ = git.start({"fast-import", "--quiet", "--force", "--done", "--date-format=raw"}, options);
}

// On a full disk, what it leaves there would keep it full.
FastImport::~FastImport() {
  if (!process_) return;
  process_.reset();
  remove_files(git_dir_ + "/objects/pack", "tmp_");
  remove_files(git_dir_, "fast_import_crash_");
}

std::string FastImport::blob(std::string_view bytes) {
  std::string mark(1, ':');
  mark += std::to_string(++marks_);
  process_->write("blob\nmark " + mark + '\n');
  data(bytes);
  return mark;
}

void FastImport::commit(const std::string& ref, const CommitText& text, const std::string& parent) {
  // Without the reset, a root commit would be put on top of what the ref named.
  if (parent.empty()) process_->write("reset " + ref + "\n\n");
  process_->write("commit " + ref + "\ncommitter " + person(text.author) + ' ' +
                  std::to_string(system::wall_ms() / 1000) + " +0000\n");
  data(text.message);
  if (!parent.empty()) process_->write("from " + parent + '\n');
}

void FastImport::remove(const std::string& path) {
  process_->write("D " + quoted_path(path) + '\n');
}

void FastImport::put(unsigned mode, const std::string& object, const std::string& path) {
  std::array<char, 16> octal{};
  std::snprintf(octal.data(), octal.size(), "M %06o ", mode);
  process_->write(octal.data() + object + ' ' + quoted_path(path) + '\n');
}

void FastImport::put_tree(const std::string& tree) {
  process_->write("M 040000 " + tree + " \"\"\n");
}

void FastImport::finish() {
  process_->write("done\n");
  const system::ProcessResult result = process_->finish();
  if (result.exit_code != 0 || result.timed_out)
    throw WorkspaceError(describe_failure("fast-import", result));
  process_.reset();
}

void FastImport::data(std::string_view bytes) {
  process_->write("data " + std::to_string(bytes.size()) + '\n');
  process_->write(bytes);
  process_->write("\n");
}

}  // namespace orchestrate::workspaces

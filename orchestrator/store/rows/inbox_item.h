// A decision that a person owes, as a plain value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "orchestrator/store/rows/inbox_kind.h"

namespace orchestrate {

struct InboxItem {
  std::int64_t id = 0;
  std::optional<std::int64_t> task, run;
  Word<InboxKind> kind;
  std::string cause;     // the same open cause is the same item
  std::string provider;  // of a kind that is about one; else empty
  int times = 1;
  std::string title;
  std::vector<std::pair<std::string, std::string>> packet;  // heading, text: in the order to be read
  std::vector<std::string> options;
  std::string default_option;
  std::optional<std::int64_t> deadline_ms;
  std::string status = "open", answer, note;
  std::int64_t created_ms = 0, updated_ms = 0;
};

}  // namespace orchestrate

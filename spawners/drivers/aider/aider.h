// The driver `aider`: aider with one message from a file (`aider --message-file`).
//
// Its exit code says nothing, and its chat history can be imitated by the model. What is believed is its
// analytics log, which it writes to a file of ours and sends nowhere: a request that was not answered, and
// how it ended. Why a request was not answered stands in the chat history alone; a line there can name the
// reason of a failure and can be one, but it never makes a success.
//
// permissions
//   read   answers questions (`--chat-mode ask`), and no file is written (`--dry-run`).
//   edit   files of the repository are changed. Aider runs no command that the model names, and .git is
//          closed to it. An empty file can be left outside the workspace: it makes the file before it asks
//          git.
//   full   as edit: aider can do no more. Tests run where `args` says so:
//          ["--auto-test", "--test-cmd", "make"].
// repository_config
//   text   aider reads no instructions by itself; name them in `args`: ["--read", "CONVENTIONS.md"]. Its
//          settings in the repository and .env do not act, .aiderignore is followed.
//   ignore not even .aiderignore.
//   trust  they act: commands, another endpoint and another key included, but for what our flags say.
//
// It has no session to resume and no limit of its own on turns or cost. Against its provider it tries for
// 64 s and cannot be told otherwise.
#pragma once

#include "spawners/drivers/driver.h"

namespace orchestrate::spawners {

extern const Driver kAider;

// read.cpp
[[nodiscard]] Reading read_aider(const Profile& profile, std::string_view file, std::string_view line);

}  // namespace orchestrate::spawners

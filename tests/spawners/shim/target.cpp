// What the shim is made to run in its tests: `shim_target MODE [ARGUMENT]`, one misbehaviour per mode.
#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>

namespace {

void say(const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t n = write(1, text.data() + done, text.size() - done);
    if (n < 0) _exit(120);
    done += static_cast<std::size_t>(n);
  }
}

[[noreturn]] void hang() {
  for (;;)
    pause();
}

void say_term(int) {
  say("TERM seen\n");
  _exit(7);
}

// The modes below take the argument and return the exit status.

int exit_with(const std::string& code) {
  return std::stoi(code);
}

int environment(const std::string&) {
  for (char** entry = environ; *entry != nullptr; ++entry)
    say(std::string(*entry) + '\0');
  return 0;
}

int descriptors(const std::string&) {
  DIR* dir = opendir("/proc/self/fd");
  while (const dirent* entry = readdir(dir)) {
    if (entry->d_name[0] != '.' && std::atoi(entry->d_name) != dirfd(dir))
      say(std::string(entry->d_name) + "\n");
  }
  closedir(dir);
  return 0;
}

// Blocked and ignored signals, umask, group leadership and the like: what a process inherits without asking.
int heritage(const std::string&) {
  sigset_t blocked;
  sigprocmask(SIG_SETMASK, nullptr, &blocked);
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction action {};
    const bool known = sigaction(number, nullptr, &action) == 0;
    if (sigismember(&blocked, number) == 1) say("blocked " + std::to_string(number) + "\n");
    if (known && action.sa_handler != SIG_DFL) say("not default " + std::to_string(number) + "\n");
  }
  const mode_t mask = umask(0);
  say("umask " + std::to_string(mask) + "\n");
  if ((fcntl(0, F_GETFL) & O_NONBLOCK) != 0) say("stdin does not block\n");
  say(getpgrp() == getpid() ? "leads its group\n" : "in another group\n");
  return 0;
}

int cat(const std::string&) {
  std::array<char, 4096> block;
  for (ssize_t n = 0; (n = read(0, block.data(), block.size())) > 0;) {
    say(std::string(block.data(), static_cast<std::size_t>(n)));
  }
  return 0;
}

int working_directory(const std::string&) {
  std::array<char, 4096> path;
  say(getcwd(path.data(), path.size()));
  return 0;
}

int raw_bytes(const std::string&) {
  for (int byte = 0; byte < 256; ++byte)
    say(std::string(1, static_cast<char>(byte)));
  return 0;
}

int print_and_hang(const std::string& text) {
  say(text);
  hang();
}

int polite(const std::string&) {
  std::signal(SIGTERM, say_term);
  say("ready\n");
  hang();
}

int deaf(const std::string&) {
  std::signal(SIGTERM, SIG_IGN);
  say("ready\n");
  hang();
}

int reluctant(const std::string&) {
  std::signal(SIGTERM, [](int) { say("TERM ignored\n"); });
  say("ready\n");
  hang();
}

int stopped(const std::string&) {
  std::signal(SIGTERM, say_term);
  say("ready\n");
  raise(SIGSTOP);
  hang();
}

int crash(const std::string&) {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  std::raise(SIGSEGV);
  return 0;
}

// Lines of 16 bytes with their number, so that a test knows every byte at every place.
int flood(const std::string& bytes) {
  const long long lines = std::stoll(bytes) / 16;
  std::string block;
  for (long long i = 0; i < lines; ++i) {
    std::array<char, 32> line;
    std::snprintf(line.data(), line.size(), "%015lld\n", i);
    block += line.data();
    if (block.size() >= 4096) say(std::exchange(block, ""));
  }
  say(block);
  return 0;
}

// When the file `go` appears: all of it into the pipe at once, and gone.
int burst(const std::string& bytes) {
  if (fcntl(1, F_SETPIPE_SZ, 1 << 20) < 0) return 121;
  say("ready\n");
  while (access("go", F_OK) != 0)
    usleep(1000);
  say(std::string(static_cast<std::size_t>(std::stol(bytes)), 'x'));
  return 0;
}

int flood_both(const std::string& bytes) {
  const pid_t other = fork();
  if (other == 0) dup2(2, 1);
  flood(bytes);
  if (other == 0) _exit(0);
  waitpid(other, nullptr, 0);
  return 0;
}

int chatter(const std::string& times) {
  for (int i = std::stoi(times); i > 0; --i) {
    say(".");
    usleep(50'000);
  }
  return 0;
}

// The same on stderr alone.
int mutter(const std::string& times) {
  dup2(2, 1);
  return chatter(times);
}

// Starts a descendant in a session of its own, twice removed; says its PID once it is ready.
void start_daemon(bool ignore_term) {
  std::array<int, 2> ready{};
  if (pipe(ready.data()) != 0) _exit(121);
  if (fork() == 0) {
    setsid();
    if (fork() != 0) _exit(0);
    if (ignore_term) std::signal(SIGTERM, SIG_IGN);
    const std::string line = std::to_string(getpid()) + "\n";
    [[maybe_unused]] const ssize_t n = write(ready[1], line.data(), line.size());
    for (int fd = 0; fd < 10; ++fd)
      close(fd);
    hang();
  }
  close(ready[1]);
  wait(nullptr);
  std::array<char, 32> line{};
  const ssize_t n = read(ready[0], line.data(), line.size());
  say(std::string(line.data(), n > 0 ? static_cast<std::size_t>(n) : 0));
}

int leave_daemon(const std::string& how) {
  start_daemon(how == "deaf");
  return 0;
}

int keep_daemon(const std::string& how) {
  start_daemon(how == "deaf");
  hang();
}

// A child in our group that keeps our stdout open after we are gone.
int leave_background(const std::string&) {
  const pid_t child = fork();
  if (child == 0) hang();
  say(std::to_string(child) + "\n");
  return 0;
}

// A chain of processes, each the parent of the next, each in a session of its own and deaf to TERM.
int chain(const std::string& depth) {
  std::signal(SIGTERM, SIG_IGN);
  const int left = std::stoi(depth);
  if (left > 0 && fork() == 0) {
    setsid();
    return chain(std::to_string(left - 1));
  }
  say(std::to_string(getpid()) + "\n");
  hang();
}

// Lets an orphan exit with 99 and ends only when the subreaper has reaped it.
int outlive_orphan(const std::string& code) {
  std::array<int, 2> named{};
  if (pipe(named.data()) != 0) return 121;
  if (fork() == 0) {
    const pid_t parent = getpid();
    const pid_t orphan = fork();
    if (orphan == 0) {
      while (getppid() == parent)
        usleep(1000);
      _exit(99);
    }
    [[maybe_unused]] const ssize_t n = write(named[1], &orphan, sizeof orphan);
    _exit(0);
  }
  pid_t orphan = 0;
  if (read(named[0], &orphan, sizeof orphan) != sizeof orphan) return 121;
  wait(nullptr);
  while (kill(orphan, 0) == 0)
    usleep(1000);
  return std::stoi(code);
}

}  // namespace

int main(int argc, char** argv) {
  static const std::map<std::string, int (*)(const std::string&)> modes{
      {"exit", exit_with},
      {"environment", environment},
      {"descriptors", descriptors},
      {"heritage", heritage},
      {"cat", cat},
      {"cwd", working_directory},
      {"raw-bytes", raw_bytes},
      {"print-and-hang", print_and_hang},
      {"polite", polite},
      {"deaf", deaf},
      {"reluctant", reluctant},
      {"stopped", stopped},
      {"crash", crash},
      {"flood", flood},
      {"flood-both", flood_both},
      {"burst", burst},
      {"chatter", chatter},
      {"mutter", mutter},
      {"leave-daemon", leave_daemon},
      {"keep-daemon", keep_daemon},
      {"leave-background", leave_background},
      {"chain", chain},
      {"outlive-orphan", outlive_orphan}};
  if (argc > 1 && std::string(argv[1]) == "arguments") {
    for (int i = 2; i < argc; ++i)
      say(std::string(argv[i]) + '\0');
    return 0;
  }
  const auto mode = argc > 1 ? modes.find(argv[1]) : modes.end();
  return mode == modes.end() ? 122 : mode->second(argc > 2 ? argv[2] : "");
}

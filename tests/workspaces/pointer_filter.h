// Stands for git-lfs: a filter of the owner's that speaks git's protocol (gitattributes(5), "Long Running
// Filter Process"), so that it goes before a git-lfs that the machine has for everybody.
#pragma once

#include <string>

namespace orchestrate::workspaces {

// Python. Arguments: a folder to keep the bytes in; optionally a file that each clean appends a byte to, if
// there. A file is stored as "pointer <sha256>\n".
constexpr const char* kPointerFilter = R"py(
import hashlib, pathlib, sys

def packet():
    size = int(sys.stdin.buffer.read(4) or sys.exit(), 16)
    return sys.stdin.buffer.read(size - 4) if size else None

def packets():
    return list(iter(packet, None))

def answer(*payloads):
    for payload in payloads:
        sys.stdout.buffer.write(b"%04x" % (len(payload) + 4) + payload)
    sys.stdout.buffer.write(b"0000")
    sys.stdout.buffer.flush()

def clean(data):
    name = hashlib.sha256(data).hexdigest()
    (store / name).write_bytes(data)
    for path in map(pathlib.Path, sys.argv[2:]):
        if path.exists():
            path.open("a").write("x")
    return b"pointer %s\n" % name.encode()

def smudge(data):
    return (store / data.split()[1].decode()).read_bytes() if data.startswith(b"pointer ") else data

store = pathlib.Path(sys.argv[1])
packets()
answer(b"git-filter-server", b"version=2")
packets()
answer(b"capability=clean", b"capability=smudge")
while True:
    command = packets()[0]
    data = b"".join(packets())
    data = clean(data) if command.strip() == b"command=clean" else smudge(data)
    answer(b"status=success\n")
    answer(*(data[i:i + 60000] for i in range(0, len(data), 60000)))
    answer()
)py";

// A shell script: the filter becomes the owner's, for *.bin of the project, which holds d.bin ("data\n").
[[nodiscard]] inline std::string with_pointer_filter(const std::string& argument = "") {
  return "mkdir store && git config --global filter.lfs.process \"python3 $PWD/filter.py $PWD/store " +
         argument +
         "\" && git config --global filter.lfs.required true && cd project && "
         "printf '*.bin filter=lfs -text\\n' > .gitattributes && echo data > d.bin && git add . && git commit -qm lfs";
}

}  // namespace orchestrate::workspaces

// Google Benchmark in a CMake project: executables that are linked with it.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "cli/setup/init_suites.hpp"

namespace perfgate::cli {
namespace {

/// A command of a CMakeLists.txt: its name in lower case, and its arguments as written.
struct Call {
  std::string name;
  std::vector<std::string> arguments;
  int line = 0;
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

/// What means itself to CMake and to a shell, and is no option of theirs.
bool is_plain(std::string_view name) {
  return !name.empty() && name[0] != '-' && std::ranges::all_of(name, [](char c) {
    return is_word(c) || std::string_view("-.+").contains(c);
  });
}

/// Where `[[` or `[==[` at `at` ends; `at` where none begins there.
std::size_t after_bracket(std::string_view text, std::size_t at) {
  if (at >= text.size() || text[at] != '[') return at;
  std::size_t end = at + 1;
  while (end < text.size() && text[end] == '=') ++end;
  if (end >= text.size() || text[end] != '[') return at;
  const std::string closing = "]" + std::string(end - at - 1, '=') + "]";
  const std::size_t close = text.find(closing, end);
  return close == std::string_view::npos ? text.size() : close + closing.size();
}

/// As much of CMake's language as tells which commands there are: what is no call is stepped over.
class Calls {
 public:
  static std::vector<Call> of(std::string_view text) {
    Calls reader(text);
    while (reader.at_ < text.size()) reader.step();
    return std::move(reader.calls_);
  }

 private:
  explicit Calls(std::string_view text) : text_(text) {}

  void go(std::size_t to) {
    to = std::min(to, text_.size());
    for (; at_ < to; ++at_) line_ += text_[at_] == '\n' ? 1 : 0;
  }
  char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool skip_comment() {
    if (here() != '#') return false;
    const std::size_t bracket = after_bracket(text_, at_ + 1);
    go(bracket > at_ + 1 ? bracket : std::min(text_.find('\n', at_), text_.size()));
    return true;
  }

  void step() {
    if (skip_comment()) return;
    if (!is_word(here())) return go(at_ + 1);
    std::string name;
    for (; is_word(here()); go(at_ + 1))
      name += here() >= 'A' && here() <= 'Z' ? static_cast<char>(here() - 'A' + 'a') : here();
    while (is_space(here())) go(at_ + 1);
    if (here() != '(') return;
    calls_.push_back({.name = std::move(name), .line = line_});
    go(at_ + 1);
    read_arguments();
  }

  void read_arguments() {
    std::string argument;
    bool any = false;
    const auto end_argument = [&] {
      if (any) calls_.back().arguments.push_back(argument);
      argument.clear();
      any = false;
    };
    for (int depth = 1; depth > 0 && at_ < text_.size();) {
      const char c = here();
      const std::size_t bracket = any ? at_ : after_bracket(text_, at_);
      if (skip_comment()) continue;
      if (c == '"') {
        any = true;
        read_quoted(argument);
        continue;
      }
      if (c == '[' && bracket > at_) {
        argument = text_.substr(at_, bracket - at_);
        any = true;
        go(bracket);
        continue;
      }
      if (c == '(' || c == ')') depth += c == '(' ? 1 : -1;
      if (is_space(c) || c == '(' || c == ')' || c == ';') {
        end_argument();
      } else {
        argument += c;
        any = true;
      }
      go(at_ + 1);
    }
    end_argument();
  }

  void read_quoted(std::string& argument) {
    go(at_ + 1);
    while (at_ < text_.size() && here() != '"') {
      if (here() == '\\' && at_ + 1 < text_.size()) go(at_ + 1);
      argument += here();
      go(at_ + 1);
    }
    go(at_ + 1);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
  std::vector<Call> calls_;
};

bool is_google_benchmark(std::string_view library) {
  return library == "benchmark::benchmark" || library == "benchmark::benchmark_main" ||
         library == "benchmark" || library == "benchmark_main";
}

struct Target {
  std::string name, path;
  int line = 0;
};

struct Seen {
  std::set<std::string> executables;
  std::vector<Target> linked;
  std::vector<std::string> switches;  // options about benchmarks that are off
};

void look_at(const std::string& path, std::string_view text, Seen& seen, Found& found) {
  for (const Call& call : Calls::of(text)) {
    if (call.arguments.empty()) continue;
    const std::string& first = call.arguments[0];
    if (call.name == "add_executable") seen.executables.insert(first);
    if (call.name == "option" && call.arguments.size() < 4) {
      const bool off = call.arguments.size() < 3 || call.arguments[2] == "OFF";
      if (off && ascii_upper(first).contains("BENCH") && is_plain(first))
        seen.switches.push_back(first);
    }
    if (call.name != "target_link_libraries") continue;
    if (!std::ranges::any_of(call.arguments.begin() + 1, call.arguments.end(),
                             [](const std::string& word) { return is_google_benchmark(word); }))
      continue;
    if (is_plain(first))
      seen.linked.push_back({first, path, call.line});
    else
      found.doubts.push_back(
          fmt::format("{}:{} links Google Benchmark to `{}`, whose name only CMake knows: add a "
                      "[[suite]] for it",
                      safe_text(path, 200), call.line, safe_text(first, 60)));
  }
}

Result<Found> look_for_cmake(const Tree& tree) {
  Found found;
  Seen seen;
  const std::vector<std::string> files = files_named(tree, "CMakeLists.txt");
  if (files.empty()) return found;
  for (const std::string& path : files) {
    TRY(const std::string text, tree.read(path));
    look_at(path, text, seen, found);
  }
  const std::string top = folder_of(files.front());
  std::string switches;
  for (const std::string& name : seen.switches) switches += fmt::format(" -D{}=ON", name);
  std::set<std::string> taken;
  for (const Target& target : seen.linked) {
    if (!seen.executables.contains(target.name) || !taken.insert(target.name).second) continue;
    // Wherever its CMakeLists.txt lies, the program comes to lie in one place.
    const std::string build = fmt::format(
        "cmake -S . -B build-perfgate -DCMAKE_BUILD_TYPE=Release{} "
        "-DCMAKE_RUNTIME_OUTPUT_DIRECTORY=\"$PWD/build-perfgate/bin\" && "
        "cmake --build build-perfgate --parallel \"$(nproc)\" --target {}",
        switches, target.name);
    found.suites.push_back(
        {.name = target.name,
         .harness = "google-benchmark",
         .setup = {"sh", "-c", build},
         .command = {fmt::format("build-perfgate/bin/{}", target.name), "--benchmark_out={out}",
                     "--benchmark_out_format=json"},
         .cwd = top,
         .tools = {"cmake"},
         .why = fmt::format("{}:{} links Google Benchmark to {}{}", target.path, target.line,
                            target.name,
                            switches.empty() ? "" : ", which" + switches + " switches on"),
         .ignored_folder = (top.empty() ? "" : top + "/") + "build-perfgate/"});
  }
  return found;
}

}  // namespace

Detector cmake_google_benchmark() {
  return {.what = "Google Benchmark by CMake",
          .looks_for = "target_link_libraries(... benchmark::benchmark) in a CMakeLists.txt",
          .look = look_for_cmake};
}

}  // namespace perfgate::cli

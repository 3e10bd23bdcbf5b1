// Criterion in a Cargo package or workspace: [[bench]] sections without Rust's own harness.

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "cli/setup/init_suites.hpp"
#include "config/node.hpp"

namespace perfgate::cli {
namespace {

using config::Node;

std::string text_of(const Node& table, std::string_view key) {
  const Node* const value = table.find(key);
  return value != nullptr && value->kind == Node::Kind::text ? value->text : "";
}

bool uses_criterion(const Node& manifest) {
  for (const std::string_view section : {"dev-dependencies", "dependencies"}) {
    const Node* const table = manifest.find(section);
    if (table == nullptr || table->kind != Node::Kind::table) continue;
    for (const config::Member& member : table->members) {
      if (member.key == "criterion" || text_of(member.value, "package") == "criterion") return true;
      // Compatible with it, and writes the same files.
      if (member.key == "codspeed-criterion-compat") return true;
    }
  }
  return false;
}

/// The folder of the workspace that a package belongs to: there lies `target`.
std::string workspace_of(const std::string& package, const std::vector<std::string>& workspaces) {
  std::string best = package;
  std::size_t longest = 0;
  bool any = false;
  for (const std::string& folder : workspaces) {
    const bool inside = folder.empty() || package == folder || package.starts_with(folder + "/");
    if (!inside || (any && folder.size() < longest)) continue;
    best = folder;
    longest = folder.size();
    any = true;
  }
  return best;
}

bool is_false(const Node& table, std::string_view key) {
  const Node* const value = table.find(key);
  return value != nullptr && value->kind == Node::Kind::boolean && !value->boolean;
}

/// As Cargo has the names of packages and benchmarks, and no option of its own.
bool is_cargo_name(std::string_view name) {
  return !name.empty() && name[0] != '-' && std::ranges::all_of(name, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
           c == '-' || static_cast<unsigned char>(c) >= 0x80;
  });
}

Result<Found> look_for_cargo(const Tree& tree) {
  Found found;
  std::vector<std::pair<std::string, Node>> manifests;
  std::vector<std::string> workspaces;
  for (const std::string& path : files_named(tree, "Cargo.toml")) {
    TRY(const std::string text, tree.read(path));
    auto manifest = config::parse_toml(text, path);
    if (!manifest) {
      found.doubts.push_back(safe_text(manifest.error().message, 300));
      continue;
    }
    if (manifest->find("workspace") != nullptr) workspaces.push_back(folder_of(path));
    manifests.emplace_back(path, *std::move(manifest));
  }
  for (const auto& [path, manifest] : manifests) {
    const Node* const benches = manifest.find("bench");
    const Node* const package = manifest.find("package");
    if (package == nullptr || !uses_criterion(manifest)) continue;
    if (benches == nullptr || benches->kind != Node::Kind::list || benches->items.empty()) {
      found.doubts.push_back(
          fmt::format("{} depends on criterion and has no [[bench]]", safe_text(path, 200)));
      continue;
    }
    for (const Node& bench : benches->items) {
      const std::string name = text_of(bench, "name");
      if (name.empty()) continue;
      if (!is_cargo_name(name)) {
        found.doubts.push_back(fmt::format("{}: `{}` is no name that Cargo knows: not measured",
                                           safe_text(bench.origin, 200), safe_text(name, 60)));
        continue;
      }
      if (!is_false(bench, "harness")) {
        found.doubts.push_back(fmt::format(
            "{}: the [[bench]] {} keeps Rust's own harness (no `harness = false`): not measured",
            safe_text(bench.origin, 200), safe_text(name, 60)));
        continue;
      }
      const std::string home = folder_of(path), cwd = workspace_of(home, workspaces);
      std::vector<std::string> command{"cargo", "bench"};
      if (home != cwd) command.insert(command.end(), {"--package", text_of(*package, "name")});
      command.insert(command.end(), {"--bench", name});
      std::vector<std::string> setup = command;
      setup.push_back("--no-run");
      found.suites.push_back(
          {.name = name,
           .harness = "criterion",
           .setup = std::move(setup),
           .command = std::move(command),
           .cwd = cwd,
           .results = "target/criterion",
           .repetitions = 5,
           .tools = {"cargo"},
           .why = fmt::format("{} declares the Criterion benchmark {}", bench.origin, name),
           .ignored_folder = (cwd.empty() ? "" : cwd + "/") + "target/"});
    }
  }
  return found;
}

}  // namespace

Detector cargo_criterion() {
  return {.what = "Criterion by Cargo",
          .looks_for = "a Cargo.toml that depends on criterion, with [[bench]] and harness = false",
          .look = look_for_cargo};
}

}  // namespace perfgate::cli

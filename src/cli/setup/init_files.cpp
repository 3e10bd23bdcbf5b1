#include "cli/setup/init_files.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "base/embedded.hpp"
#include "base/text.hpp"

namespace perfgate::cli {
namespace {

/// A basic string of TOML.
std::string toml_text(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      result += fmt::format("\\u{:04X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      result += c;
    }
  }
  return result + '"';
}

std::string toml_text(std::span<const std::string> texts) {
  std::string result;
  for (const std::string& text : texts) result += (result.empty() ? "" : ", ") + toml_text(text);
  return "[" + result + "]";
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
  return text;
}

struct Workflow {
  std::string_view name, what;
};
constexpr std::array workflows{
    Workflow{"perfgate.yml",
             "measures each pull request and merge group, base and head by turns, without a token"},
    Workflow{"perfgate-publish.yml",
             "judges that again by the base branch's policy, and comments; forks too"},
    Workflow{"perfgate-main.yml",
             "measures each push, keeps it in the branch perfgate-data, promotes what passed"},
    Workflow{"perfgate-nightly.yml", "measures at length every night, against the floors"},
    Workflow{"perfgate-audit.yml", "makes the months' reports that are missing, and attests them"},
};

}  // namespace

std::string project_text(std::span<const ProposedSuite> suites) {
  std::string text =
      "# What perfgate measures: written by `perfgate init`. `perfgate config --origin` shows what "
      "is "
      "in force.\n"
      "# A launch of the process is one sample; `setup` is not measured, and no shell is used.\n";
  for (const ProposedSuite& suite : suites) {
    text += fmt::format("\n[[suite]]  # {}\nname = {}\nharness = {}\n", safe_text(suite.why, 300),
                        toml_text(suite.name), toml_text(suite.harness));
    if (!suite.cwd.empty()) text += fmt::format("cwd = {}\n", toml_text(suite.cwd));
    if (!suite.setup.empty()) text += fmt::format("setup = {}\n", toml_text(suite.setup));
    text += fmt::format("command = {}\n", toml_text(suite.command));
    if (!suite.results.empty()) text += fmt::format("results = {}\n", toml_text(suite.results));
    text += fmt::format("repetitions = {}\n", suite.repetitions);
    if (!suite.tools.empty()) text += fmt::format("requires = {}\n", toml_text(suite.tools));
  }
  text +=
      "\n# A figure that perf.json and the one-line report carry; its limits stand in "
      "thresholds.toml\n"
      "# by the key NAME_min_UNIT, e.g. decode_min_mibs = 80:\n"
      "# [[headline]]\n# name = \"decode\"\n# unit = \"MiB/s\"\n# benchmark = \"decode/1000\"\n";
  return text;
}

std::vector<InitFile> workflow_files(const WorkflowChoices& choices) {
  std::vector<InitFile> files;
  for (const Workflow& workflow : workflows) {
    std::string text(embedded(fmt::format("templates/workflows/{}", workflow.name)));
    if (!choices.action.empty()) text = replaced(std::move(text), action_place, choices.action);
    text = replaced(std::move(text), "branches: [main]",
                    fmt::format("branches: [{}]", toml_text(choices.branch)));
    files.push_back({.path = fmt::format(".github/workflows/{}", workflow.name),
                     .text = std::move(text),
                     .what = std::string(workflow.what)});
  }
  return files;
}

std::string_view pre_push_hook() { return embedded("templates/init/pre-push"); }

}  // namespace perfgate::cli

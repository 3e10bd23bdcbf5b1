#include <fmt/format.h>

#include "base/text.hpp"
#include "harness/criterion_files.hpp"
#include "harness/json_text.hpp"

namespace perfgate::harness {
namespace {

/// The next place from `at` on where a `{` begins a line.
std::size_t next_object(std::string_view text, std::size_t at) {
  for (; at < text.size(); ++at) {
    const std::size_t first = text.find_first_not_of(" \t\r", at);
    if (first == text.npos) return text.npos;
    if (text[first] == '{') return first;
    at = text.find('\n', first);
    if (at == text.npos) return text.npos;
  }
  return text.npos;
}

/// Where the line after `at` holds another message: a message that was torn ends there.
std::size_t next_message(std::string_view text, std::size_t at) {
  return text.find("\n{\"reason\"", at);
}

void read_message(std::string_view json, std::string_view where, std::size_t& count,
                  CriterionValues& values) {
  const Result<std::optional<CriterionMessage>> message =
      criterion_message(repaired_json(json).text);
  if (!message) {
    if (!json.contains("\"benchmark-complete\"")) return;  // not cargo-criterion's
    ++count;
    values.collector().note(Severity::error, Code::parse, std::nullopt,
                            fmt::format("{}: {}", where, message.error().message));
    return;
  }
  if (!*message) return;
  ++count;
  const auto benchmark = values.benchmark((*message)->identity.full_id);
  if (!benchmark) return;
  values.samples(*benchmark, (*message)->samples, (*message)->unit,
                 (*message)->identity.throughput);
  values.estimates(*benchmark, (*message)->estimates, (*message)->unit);
}

}  // namespace

Result<std::size_t> read_criterion_messages(std::string_view document, std::string_view text,
                                            CriterionValues& values) {
  std::size_t count = 0;
  for (std::size_t at = next_object(text, 0); at != text.npos; at = next_object(text, at)) {
    const std::string_view rest = text.substr(at);
    const std::size_t size = json_value_size(rest);
    const std::size_t torn = next_message(rest, 0);
    const std::string where = fmt::format("{}: byte {}", document, at);
    if (torn < size) {
      // Also where the text as a whole does not end: what was torn says nothing of what follows.
      read_message(rest.substr(0, torn), where, count, values);
      at += torn + 1;
    } else if (size == text.npos) {
      if (!rest.contains("\"reason\"")) {
        at = text.find('\n', at);  // another brace
        if (at == text.npos) break;
        continue;
      }
      return fail(Code::parse, where + ": truncated: the text ends inside a message",
                  "the program may have crashed or been stopped while it wrote; run it again");
    } else {
      read_message(rest.substr(0, size), where, count, values);
      at += size;
    }
  }
  return count;
}

}  // namespace perfgate::harness

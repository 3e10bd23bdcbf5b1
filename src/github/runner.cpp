#include "github/runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <random>

#include "base/text.hpp"

namespace perfgate::github {
namespace {

constexpr std::size_t kept = 9, longest_message = 4000, longest_title = 200;

std::string_view command(AnnotationLevel level) {
  switch (level) {
    case AnnotationLevel::notice:
      return "notice";
    case AnnotationLevel::warning:
      return "warning";
    case AnnotationLevel::error:
      return "error";
  }
  return "error";
}

/// As the runner reads it back: https://github.com/actions/toolkit, command.ts.
std::string escaped(std::string_view text, bool property) {
  std::string out;
  for (const char c : text) {
    if (c == '%')
      out += "%25";
    else if (c == '\r')
      out += "%0D";
    else if (c == '\n')
      out += "%0A";
    else if (property && c == ':')
      out += "%3A";
    else if (property && c == ',')
      out += "%2C";
    else
      out += c;
  }
  return out;
}

std::string line_of(const Annotation& annotation) {
  std::string properties;
  const auto add = [&](std::string_view name, const std::string& value) {
    properties += fmt::format("{}{}={}", properties.empty() ? " " : ",", name, value);
  };
  if (!annotation.file.empty()) {
    add("file", escaped(safe_text(annotation.file, 400), true));
    if (annotation.line > 0) add("line", std::to_string(annotation.line));
  }
  if (!annotation.title.empty())
    add("title", escaped(safe_text(annotation.title, longest_title), true));
  return fmt::format("::{}{}::{}\n", command(annotation.level), properties,
                     escaped(safe_lines(annotation.message, longest_message), false));
}

bool is_output_name(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == text.npos;
}

}  // namespace

Result<std::string> output_lines(std::span<const Output> outputs, std::string_view delimiter) {
  std::string text;
  for (const Output& output : outputs) {
    if (!is_output_name(output.name))
      return fail(Code::internal,
                  fmt::format("`{}` is no name of an output", safe_text(output.name, 60)));
    const std::string value = safe_text(output.value, 4096);
    if (value.find(delimiter) != value.npos)
      return fail(Code::internal,
                  fmt::format("the output `{}` holds its own delimiter", output.name));
    text += fmt::format("{0}<<{1}\n{2}\n{1}\n", output.name, delimiter, value);
  }
  return text;
}

std::string new_delimiter() {
  std::random_device random;  // the kernel's: 32 bits a call
  std::string text = "ghadelimiter_";
  for (int i = 0; i < 4; ++i) text += fmt::format("{:08x}", random());
  return text;
}

std::string annotation_lines(std::span<const Annotation> annotations) {
  std::string text;
  for (const AnnotationLevel level :
       {AnnotationLevel::error, AnnotationLevel::warning, AnnotationLevel::notice}) {
    std::size_t count = 0;
    for (const Annotation& annotation : annotations)
      if (annotation.level == level && ++count <= kept) text += line_of(annotation);
    if (count > kept)
      text +=
          line_of({.level = level,
                   .title = "perfgate",
                   .message = fmt::format("{} more: the job summary has them all", count - kept)});
  }
  return text;
}

Origin origin_of(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos) return {.file = std::string(text)};
  int line = 0;
  const std::string_view digits = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), line);
  if (error != std::errc{} || end != digits.data() + digits.size() || line < 1)
    return {.file = std::string(text)};
  return {.file = std::string(text.substr(0, colon)), .line = line};
}

}  // namespace perfgate::github

#include "base/text.hpp"
#include "base/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

namespace perfgate {
namespace {

unsigned byte_at(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
}

struct Range {
  char32_t first, last;
};

bool in_ranges(std::span<const Range> ascending, char32_t c) {
  const auto found = std::ranges::lower_bound(ascending, c, {}, &Range::last);
  return found != ascending.end() && found->first <= c;
}

// Unicode categories Cc, Cf, Zl, Zp and Cs, and the other characters that show nothing.
constexpr std::array<Range, 23> unprintable{{
    {0x00, 0x1f},     {0x7f, 0x9f},       {0xad, 0xad},       {0x34f, 0x34f},   {0x600, 0x605},
    {0x61c, 0x61c},   {0x6dd, 0x6dd},     {0x70f, 0x70f},     {0x115f, 0x1160}, {0x17b4, 0x17b5},
    {0x180b, 0x180f}, {0x200b, 0x200f},   {0x2028, 0x202e},   {0x2060, 0x206f}, {0x3164, 0x3164},
    {0xd800, 0xdfff}, {0xfdd0, 0xfdef},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0}, {0xfff0, 0xfffb},
    {0xfffe, 0xffff}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
}};

// After Unicode's EastAsianWidth (W and F), coarsely, and the blocks of emoji.
constexpr std::array<Range, 12> wide{{
    {0x1100, 0x115f},
    {0x231a, 0x231b},
    {0x2e80, 0x303e},
    {0x3041, 0xa4cf},
    {0xa960, 0xa97f},
    {0xac00, 0xd7a3},
    {0xf900, 0xfaff},
    {0xfe30, 0xfe6f},
    {0xff00, 0xff60},
    {0xffe0, 0xffe6},
    {0x1f300, 0x1faff},
    {0x20000, 0x3fffd},
}};

constexpr std::array<Range, 15> combining{{
    {0x300, 0x36f},
    {0x483, 0x489},
    {0x591, 0x5bd},
    {0x610, 0x61a},
    {0x64b, 0x65f},
    {0x6d6, 0x6dc},
    {0x6df, 0x6e4},
    {0x93c, 0x93c},
    {0x941, 0x948},
    {0x1ab0, 0x1aff},
    {0x1dc0, 0x1dff},
    {0x20d0, 0x20ff},
    {0x3099, 0x309a},
    {0xfe00, 0xfe0f},
    {0xfe20, 0xfe2f},
}};

// GitHub's runner trims what .NET holds to be white space before it looks for `::`.
bool is_space(char32_t c) {
  return c == ' ' || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f ||
         c == 0x205f || c == 0x3000;
}

enum class Lines { one, many };

// Collects characters up to a limit.
class Cut {
 public:
  explicit Cut(std::size_t limit) : limit_(limit) {}

  bool full() const { return count_ > limit_; }
  void add(std::string_view piece) {
    const std::size_t length = count_code_points(piece);
    if (count_ + length >= limit_ && !cut_at_) cut_at_ = text_.size();
    count_ += length;
    text_ += piece;
  }
  std::string take() && {
    if (!full() || !cut_at_) return std::move(text_);
    if (limit_ == 0) return {};
    text_.resize(*cut_at_);
    return std::move(text_) + "…";
  }

 private:
  std::size_t limit_, count_ = 0;
  std::optional<std::size_t> cut_at_;  // where the text ends if a `…` must follow
  std::string text_;
};

std::string visible(char32_t c) {
  return c < 0x100 ? fmt::format("\\x{:02X}", static_cast<unsigned>(c))
                   : fmt::format("\\u{{{:X}}}", static_cast<unsigned>(c));
}

std::string make_safe(std::string_view text, std::size_t max_length, Lines lines) {
  Cut result(max_length);
  bool line_begin = true;  // only white space since the line's begin
  for (std::size_t at = 0; at < text.size() && !result.full();) {
    const CodePoint point = code_point_at(text, at);
    const char32_t c = point.value;
    const std::string_view rest = text.substr(at);
    at += point.length;
    if (c == '\n' || c == '\r') {
      if (c == '\r' && byte_at(text, at) == '\n') ++at;
      result.add(lines == Lines::many ? "\n" : " ");
      line_begin = true;
    } else if (c == '\t' || c == '\v' || c == '\f') {
      result.add(" ");
    } else if (line_begin && rest.starts_with("::")) {
      result.add(":");
      result.add(" ");
      line_begin = false;
    } else if (rest.starts_with("##[")) {
      result.add("#");
      result.add("#");
      result.add(" ");
      at += 1;
      line_begin = false;
    } else {
      if (!point.valid)
        result.add("\uFFFD");
      else if (is_printable(c))
        result.add(rest.substr(0, point.length));
      else
        result.add(visible(c));
      line_begin = line_begin && is_space(c);
    }
  }
  return std::move(result).take();
}

// Optimal string alignment: insertions, deletions, substitutions, and swaps of neighbours.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), row(b.size() + 1), next(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    next[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = ascii_lower(a[i - 1]) == ascii_lower(b[j - 1]);
      next[j] = std::min({row[j] + 1, next[j - 1] + 1, row[j - 1] + (same ? 0U : 1U)});
      if (i > 1 && j > 1 && ascii_lower(a[i - 1]) == ascii_lower(b[j - 2]) &&
          ascii_lower(a[i - 2]) == ascii_lower(b[j - 1]))
        next[j] = std::min(next[j], before[j - 2] + 1);
    }
    before.swap(row);
    row.swap(next);
  }
  return row[b.size()];
}

// One element of a glob pattern, and where the next begins.
struct GlobStep {
  bool matches = false;
  std::size_t next = 0;
};

// `[...]` at `at`; nothing where it is never closed.
std::optional<GlobStep> match_class(std::string_view pattern, std::size_t at, char32_t c) {
  ++at;
  const bool negated = byte_at(pattern, at) == '!' || byte_at(pattern, at) == '^';
  if (negated) ++at;
  bool found = false;
  for (bool first = true; at < pattern.size(); first = false) {
    if (pattern[at] == ']' && !first) return GlobStep{.matches = found != negated, .next = at + 1};
    if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
    const CodePoint low = code_point_at(pattern, at);
    at += low.length;
    char32_t high = low.value;
    if (byte_at(pattern, at) == '-' && at + 1 < pattern.size() && pattern[at + 1] != ']') {
      ++at;
      if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
      const CodePoint end = code_point_at(pattern, at);
      at += end.length;
      high = end.value;
    }
    found = found || (low.value <= c && c <= high);
  }
  return std::nullopt;
}

GlobStep match_one(std::string_view pattern, std::size_t at, char32_t c) {
  if (pattern[at] == '?') return {.matches = true, .next = at + 1};
  if (pattern[at] == '[')
    if (const auto step = match_class(pattern, at, c)) return *step;
  if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
  const CodePoint literal = code_point_at(pattern, at);
  return {.matches = literal.value == c, .next = at + literal.length};
}

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || c == '_';
}

/// How many bytes of the text are this secret; 0: it does not stand there. One that was cut short
/// counts too: a message is often cut, and what is left of a secret before the `…` gives it away.
std::size_t match_length(const Secret& secret, std::string_view text, std::size_t at) {
  constexpr std::size_t telling = 4;
  const std::string_view rest = text.substr(at);
  const auto end = std::ranges::mismatch(secret.text, rest).in1;
  const auto same = static_cast<std::size_t>(end - secret.text.begin());
  const bool whole = same == secret.text.size();
  if (!whole && (same < telling || !rest.substr(same).starts_with("…"))) return 0;
  if (!secret.whole_word) return same;
  const bool joined_before = at > 0 && is_word(text[at - 1]) && is_word(secret.text.front());
  const bool joined_after =
      same < rest.size() && is_word(rest[same]) && is_word(secret.text.back());
  return joined_before || joined_after ? 0 : same;
}

/// Names that many machines share tell nothing.
bool is_common(std::string_view name) {
  static constexpr std::string_view common[] = {"root",      "user",   "runner", "build",
                                                "admin",     "ubuntu", "debian", "nobody",
                                                "localhost", "vscode"};
  return name.size() < 4 || std::ranges::find(common, name) != std::end(common);
}

}  // namespace

CodePoint code_point_at(std::string_view text, std::size_t at) {
  constexpr CodePoint invalid{.value = 0xfffd, .length = 1, .valid = false};
  const unsigned first = byte_at(text, at);
  if (first < 0x80) return {.value = first};
  if (first < 0xc2 || first > 0xf4) return invalid;
  const std::size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  char32_t value = first & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const unsigned next = byte_at(text, at + i);
    if ((next & 0xc0U) != 0x80) return invalid;
    value = (value << 6U) | (next & 0x3fU);
  }
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  if (overlong || (value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff) return invalid;
  return {.value = value, .length = length};
}

void append_utf8(std::string& text, char32_t value) {
  const auto add = [&](char32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (value < 0x80) {
    add(value);
  } else if (value < 0x800) {
    add(0xc0 | (value >> 6U));
    add(0x80 | (value & 0x3fU));
  } else if (value < 0x10000) {
    add(0xe0 | (value >> 12U));
    add(0x80 | ((value >> 6U) & 0x3fU));
    add(0x80 | (value & 0x3fU));
  } else {
    add(0xf0 | (value >> 18U));
    add(0x80 | ((value >> 12U) & 0x3fU));
    add(0x80 | ((value >> 6U) & 0x3fU));
    add(0x80 | (value & 0x3fU));
  }
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) at += code_point_at(text, at).length;
  return count;
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    if (!point.valid) return false;
    at += point.length;
  }
  return true;
}

std::string repair_utf8(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    append_utf8(result, point.value);
    at += point.length;
  }
  return result;
}

bool is_printable(char32_t c) {
  return c <= 0x10ffff && !in_ranges(unprintable, c) && (c & 0xfffeU) != 0xfffe;
}

std::string safe_text(std::string_view text, std::size_t max_length) {
  return make_safe(text, max_length, Lines::one);
}

std::string safe_lines(std::string_view text, std::size_t max_length) {
  return make_safe(text, max_length, Lines::many);
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view space = " \t\r\n\v\f";
  const std::size_t begin = std::min(text.find_first_not_of(space), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(space) + 1);
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    at += point.length;
    if (in_ranges(combining, point.value) || !is_printable(point.value)) continue;
    width += in_ranges(wide, point.value) ? 2 : 1;
  }
  return width;
}

bool glob_matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0;
  // Where to go on after a mismatch: behind the last `*`, which takes one character more.
  std::optional<std::size_t> star_pattern;
  std::size_t star_text = 0;
  while (t < text.size()) {
    const CodePoint c = code_point_at(text, t);
    if (p < pattern.size() && pattern[p] == '*') {
      star_pattern = ++p;
      star_text = t;
      continue;
    }
    if (p < pattern.size()) {
      const GlobStep step = match_one(pattern, p, c.value);
      if (step.matches) {
        p = step.next;
        t += c.length;
        continue;
      }
    }
    if (!star_pattern) return false;
    p = *star_pattern;
    star_text += code_point_at(text, star_text).length;
    t = star_text;
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::optional<std::string_view> nearest(std::string_view name,
                                        std::span<const std::string_view> candidates) {
  constexpr std::size_t longest = 200;  // what is longer is no slip of the pen
  if (name.size() > longest) return std::nullopt;
  std::optional<std::string_view> best;
  std::size_t best_distance = std::max<std::size_t>(1, (name.size() + 1) / 3) + 1;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > longest) continue;
    const std::size_t found = distance(name, candidate);
    if (found < best_distance && found < std::max(name.size(), candidate.size())) {
      best = candidate;
      best_distance = found;
    }
  }
  return best;
}

Scrubber::Scrubber(std::vector<Secret> secrets) : secrets_(std::move(secrets)) {
  std::erase_if(secrets_, [](const Secret& secret) { return secret.text.empty(); });
  std::ranges::sort(secrets_, [](const Secret& a, const Secret& b) {
    return std::tuple(b.text.size(), a.text, a.placeholder) <
           std::tuple(a.text.size(), b.text, b.placeholder);
  });
  for (const Secret& secret : secrets_) begins_[static_cast<unsigned char>(secret.text[0])] = true;
}

std::optional<Scrubber::Match> Scrubber::match_at(std::string_view text, std::size_t at) const {
  if (!begins_[static_cast<unsigned char>(text[at])]) return std::nullopt;
  for (const Secret& secret : secrets_)
    if (const std::size_t length = match_length(secret, text, at))
      return Match{.secret = &secret, .length = length};
  return std::nullopt;
}

bool Scrubber::finds_any(std::string_view text) const {
  for (std::size_t at = 0; at < text.size(); ++at)
    if (match_at(text, at)) return true;
  return false;
}

std::string Scrubber::scrub(std::string_view text) const {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    if (const auto found = match_at(text, at)) {
      result += found->secret->placeholder;
      at += found->length;
    } else {
      result.push_back(text[at++]);
    }
  }
  return result;
}

Scrubber scrubber_for(std::string_view home, std::string_view host,
                      std::span<const Variable> environment) {
  constexpr std::size_t shortest_value = 8;
  constexpr std::string_view users[] = {"USER", "LOGNAME", "USERNAME"};
  constexpr std::string_view hosts[] = {"HOSTNAME", "HOST"};
  const auto among = [](std::string_view name, const auto& names) {
    return std::ranges::find(names, name) != std::end(names);
  };
  std::vector<Secret> secrets;
  while (home.size() > 1 && home.ends_with('/')) home.remove_suffix(1);
  if (home.size() > 1)
    secrets.push_back({.text = std::string(home), .placeholder = "~", .whole_word = true});
  if (!host.empty() && host != "localhost")
    secrets.push_back({.text = std::string(host), .placeholder = "<host>", .whole_word = true});
  for (const Variable& variable : environment) {
    const bool user = among(variable.name, users);
    if (user || among(variable.name, hosts)) {
      if (!is_common(variable.value))
        secrets.push_back({.text = variable.value,
                           .placeholder = user ? "<user>" : "<host>",
                           .whole_word = true});
    } else if (variable.value.size() >= shortest_value) {
      secrets.push_back(
          {.text = variable.value, .placeholder = fmt::format("<env:{}>", variable.name)});
    }
  }
  return Scrubber(std::move(secrets));
}

}  // namespace perfgate

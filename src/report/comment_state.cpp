// What a comment holds for the next push. It is data, never Markdown: all of it is escaped again.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "model/judgement_fields.hpp"
#include "report/comment.hpp"

namespace perfgate::report {
namespace {

constexpr std::string_view state_begin = "<!-- perfgate:state ", state_end = " -->";
constexpr std::size_t most_sections = 100, kept_past = 20, kept_rows = 200, most_lines = 20,
                      most_causes = 5;
constexpr std::size_t longest_kept = 800;
constexpr std::int64_t largest = 1'000'000'000'000;

// The columns of a row, in the order in which they are kept.
constexpr std::string CommentRow::* const columns[] = {
    &CommentRow::name,  &CommentRow::metric, &CommentRow::base,
    &CommentRow::head,  &CommentRow::change, &CommentRow::interval,
    &CommentRow::limit, &CommentRow::sees,   &CommentRow::n};
struct Lines {
  const char* key;
  std::vector<std::string> CommentSection::* lines;
};
constexpr Lines line_lists[] = {{"reasons", &CommentSection::reasons},
                                {"facts", &CommentSection::facts},
                                {"notices", &CommentSection::notices},
                                {"reproduce", &CommentSection::reproduce}};
struct Count {
  const char* key;
  int CommentSection::* count;
};
constexpr Count counts[] = {{"bad", &CommentSection::bad},
                            {"warnings", &CommentSection::warnings},
                            {"unsure", &CommentSection::unsure},
                            {"better", &CommentSection::better},
                            {"unchanged", &CommentSection::unchanged}};

/// What a section and an earlier push have in common.
template <class Part>
void write_outcome(JsonWriter& out, const Part& part) {
  out.key("run");
  out.value(part.stamp.run);
  out.key("attempt");
  out.value(std::int64_t{part.stamp.attempt});
  out.key("sha");
  out.value(std::string_view(part.sha));
  out.key("verdict");
  out.value(static_cast<std::int64_t>(part.verdict));
  out.key("summary");
  out.value(std::string_view(part.summary));
}

void write(JsonWriter& out, const CommentSection& section, std::size_t rows) {
  out.begin_object();
  out.key("name");
  out.value(std::string_view(section.name));
  write_outcome(out, section);
  out.key("turns");
  out.value(std::int64_t{section.by_turns});
  out.key("causes");
  out.begin_array();
  for (std::size_t i = 0; i < std::min(most_causes, section.causes.size()); ++i)
    out.value(to_text(section.causes[i]));
  out.end_array();
  out.key("why");
  out.value(std::string_view(section.why));
  for (const Count& one : counts) {
    out.key(one.key);
    out.value(std::int64_t{section.*one.count});
  }
  out.key("rows");
  out.begin_array();
  for (std::size_t i = 0; i < std::min(rows, section.rows.size()); ++i) {
    out.begin_array();
    out.value(static_cast<std::int64_t>(section.rows[i].verdict));
    for (const auto column : columns) out.value(std::string_view(section.rows[i].*column));
    out.end_array();
  }
  out.end_array();
  for (const Lines& list : line_lists) {
    out.key(list.key);
    out.begin_array();
    const auto& lines = section.*list.lines;
    for (std::size_t i = 0; i < std::min(rows, lines.size()); ++i)
      out.value(std::string_view(lines[i]));
    out.end_array();
  }
  out.end_object();
}

/// Inside an HTML comment, and where GitHub looks for mentions: none of these stands as it is.
std::string hidden(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<' || c == '>' || c == '&' || c == '-' || c == '@' || c == '#') {
      constexpr std::string_view digits = "0123456789abcdef";
      out += "\\u00";
      out += digits[static_cast<unsigned char>(c) >> 4];
      out += digits[static_cast<unsigned char>(c) & 15];
    } else {
      out += c;
    }
  }
  return out;
}

/// Reads what is of the right kind; of the rest nothing is believed.
class StateReader {
 public:
  explicit StateReader(const nlohmann::json& object) : object_(object) {}

  std::string text(const char* key) const { return text_of(find(key)); }
  static std::string text_of(const nlohmann::json* value) {
    if (!value || !value->is_string()) return "";
    return safe_text(value->get_ref<const std::string&>(), longest_kept);
  }
  std::int64_t number(const char* key) const { return number_of(find(key)); }
  static std::int64_t number_of(const nlohmann::json* value) {
    if (!value || !value->is_number_integer()) return 0;
    const auto number = value->get<std::int64_t>();
    return number < 0 || number > largest ? 0 : number;
  }
  static Verdict verdict_of(const nlohmann::json* value) {
    const std::int64_t number = number_of(value);
    return value && number <= static_cast<std::int64_t>(Verdict::fail)
               ? static_cast<Verdict>(number)
               : Verdict::not_measured;
  }
  Verdict verdict() const { return verdict_of(find("verdict")); }
  Stamp stamp() const {
    return {.run = number("run"),
            .attempt = static_cast<int>(std::min<std::int64_t>(number("attempt"), 1'000'000))};
  }
  std::string sha() const {
    std::string sha = text("sha");
    const bool hex = sha.find_first_not_of("0123456789abcdef") == sha.npos;
    return hex && (sha.size() == 40 || sha.size() == 64) ? sha : "";
  }
  template <class Visit>
  void each(const char* key, std::size_t most, Visit visit) const {
    const nlohmann::json* list = find(key);
    if (!list || !list->is_array()) return;
    for (std::size_t i = 0; i < std::min(most, list->size()); ++i) visit((*list)[i]);
  }

 private:
  const nlohmann::json* find(const char* key) const {
    if (!object_.is_object()) return nullptr;
    const auto found = object_.find(key);
    return found == object_.end() ? nullptr : &*found;
  }
  const nlohmann::json& object_;
};

CommentSection section_from(const nlohmann::json& in) {
  const StateReader reader(in);
  CommentSection section{.name = reader.text("name"),
                         .stamp = reader.stamp(),
                         .sha = reader.sha(),
                         .verdict = reader.verdict(),
                         .summary = reader.text("summary"),
                         .why = reader.text("why"),
                         .by_turns = reader.number("turns") == 1};
  reader.each("causes", most_causes, [&](const nlohmann::json& word) {
    if (const auto cause = enum_from_text<Reason>(StateReader::text_of(&word)))
      section.causes.push_back(*cause);
  });
  for (const Count& one : counts)
    section.*one.count =
        static_cast<int>(std::min<std::int64_t>(reader.number(one.key), 1'000'000'000));
  reader.each("rows", kept_rows, [&](const nlohmann::json& cells) {
    if (!cells.is_array() || cells.size() != std::size(columns) + 1) return;
    CommentRow row{.verdict = StateReader::verdict_of(&cells[0])};
    for (std::size_t i = 0; i < std::size(columns); ++i)
      row.*columns[i] = StateReader::text_of(&cells[i + 1]);
    section.rows.push_back(std::move(row));
  });
  for (const Lines& list : line_lists)
    reader.each(list.key, most_lines, [&](const nlohmann::json& line) {
      (section.*list.lines).push_back(StateReader::text_of(&line));
    });
  return section;
}

}  // namespace

std::string state_line(const Comment& comment, std::size_t rows, std::size_t past) {
  std::string text;
  {
    JsonWriter out([&](std::string_view piece) { text += piece; });
    out.begin_object();
    out.key("sections");
    out.begin_array();
    for (std::size_t i = 0; i < std::min(most_sections, comment.sections.size()); ++i)
      write(out, comment.sections[i], std::min(rows, kept_rows));
    out.end_array();
    out.key("past");
    out.begin_array();
    for (std::size_t i = 0; i < std::min(past, comment.past.size()); ++i) {
      out.begin_object();
      write_outcome(out, comment.past[i]);
      out.end_object();
    }
    out.end_array();
    out.end_object();
  }
  return std::string(state_begin) + hidden(text) + std::string(state_end);
}

std::optional<Comment> read_state(std::string_view body) {
  const std::optional<Marker> marker = read_marker(body);
  if (!marker) return std::nullopt;
  Comment comment{.marker = *marker};
  const std::size_t begin = body.rfind(state_begin);
  if (begin == body.npos) return comment;
  std::string_view rest = body.substr(begin + state_begin.size());
  const std::size_t end = rest.find(state_end);
  if (end == rest.npos) return comment;
  const auto document = parse_json(rest.substr(0, end), "the comment", Code::parse,
                                   {.max_bytes = std::size_t{1} << 18, .max_depth = 8});
  if (!document) return comment;
  const StateReader reader(*document);
  reader.each("sections", most_sections,
              [&](const nlohmann::json& one) { comment.sections.push_back(section_from(one)); });
  reader.each("past", kept_past, [&](const nlohmann::json& one) {
    const StateReader past(one);
    comment.past.push_back({.stamp = past.stamp(),
                            .sha = past.sha(),
                            .verdict = past.verdict(),
                            .summary = past.text("summary")});
  });
  return comment;
}

}  // namespace perfgate::report

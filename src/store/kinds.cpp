#include "store/kinds.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>

namespace perfgate::store {
namespace {

constexpr std::array run_terms{
    TermPath{"id", "/id"},
    TermPath{"branch", "/commit/branch"},
    TermPath{"commit", "/commit/sha"},
    TermPath{"suite", "/suites"},
};
constexpr std::array judgement_terms{
    TermPath{"run_id", "/run_id"},        TermPath{"run", "/run"},
    TermPath{"branch", "/commit/branch"}, TermPath{"baseline", "/baseline"},
    TermPath{"verdict", "/verdict"},
};
constexpr std::array baseline_terms{
    TermPath{"branch", "/branch"}, TermPath{"host_class", "/host_class"},
    TermPath{"run_id", "/run_id"}, TermPath{"run", "/run"},
    TermPath{"name", "/name"},
};
constexpr std::array incident_terms{
    TermPath{"branch", "/branch"},       TermPath{"state", "/state"},
    TermPath{"opened_by", "/opened_by"}, TermPath{"closed_by", "/closed_by"},
    TermPath{"waiver", "/waiver"},
};
constexpr std::array waiver_terms{TermPath{"owner", "/owner"}};
constexpr std::array mark_terms{TermPath{"judgement", "/judgement"}};
constexpr std::array deletion_terms{TermPath{"month", "/month"}, TermPath{"head", "/head"}};
constexpr std::array checkpoint_terms{TermPath{"period", "/period"}};
constexpr std::array audit_terms{TermPath{"action", "/action"}, TermPath{"actor", "/actor"}};

constexpr std::array by{PersonalPath{"", "by"}};
constexpr std::array actor{PersonalPath{"", "actor"}};
constexpr std::array owner{PersonalPath{"", "owner"}};
constexpr std::array owners{PersonalPath{"waivers", "owner"}};

const std::array kinds{
    KindTraits{Kind::run, "/started", run_terms},
    KindTraits{Kind::judgement, "", judgement_terms, owners},
    KindTraits{Kind::baseline, "/at", baseline_terms, by},
    KindTraits{Kind::incident, "/opened", incident_terms},
    KindTraits{Kind::waiver, "/created", waiver_terms, owner},
    KindTraits{Kind::mark, "/at", mark_terms, by},
    KindTraits{Kind::audit, "/at", audit_terms, actor},
    KindTraits{Kind::deletion, "", deletion_terms, by},
    KindTraits{Kind::checkpoint, "", checkpoint_terms},
};

void add_token(std::string_view text, std::vector<Term>& terms) {
  if (text.starts_with("person:sha256:"))
    terms.emplace_back(std::string(person_term), std::string(text));
}

}  // namespace

const KindTraits& traits(Kind kind) { return kinds[static_cast<std::size_t>(kind)]; }

bool names_person(std::string_view field) {
  return std::ranges::any_of(kinds, [&](const KindTraits& kind) {
    return std::ranges::any_of(kind.terms, [&](const TermPath& term) {
      return term.field == field &&
             std::ranges::any_of(kind.personal, [&](const PersonalPath& path) {
               return path.list.empty() && term.pointer.substr(1) == path.field;
             });
    });
  });
}

Result<Indexed> index_entity(Kind kind, std::string_view value, Time at) {
  Indexed indexed{.time = at};
  if (value == "null") return indexed;
  // One parser a thread: it keeps its buffers. (On demand would read less, but simdjson 3.0, as
  // Debian 12 has it, reads beyond what is no JSON.)
  thread_local simdjson::dom::parser parser;
  thread_local std::string padded;
  padded.reserve(value.size() + simdjson::SIMDJSON_PADDING);
  padded.assign(value);
  simdjson::dom::element document;
  if (parser.parse(padded.data(), padded.size(), false).get(document))
    return fail(Code::store, fmt::format("the value of a record of kind {} is no JSON",
                                         perfgate::to_text(kind)));
  std::string_view text;
  const KindTraits& known = traits(kind);
  if (!known.time.empty() && !document.at_pointer(known.time).get_string().get(text))
    if (const auto time = time_from_text(text)) indexed.time = *time;
  for (const TermPath& path : known.terms) {
    simdjson::dom::element found;
    if (document.at_pointer(path.pointer).get(found)) continue;
    if (!found.get_string().get(text)) {
      if (!text.empty()) indexed.terms.push_back({std::string(path.field), std::string(text)});
      continue;
    }
    simdjson::dom::array list;
    if (found.get_array().get(list)) continue;
    for (const simdjson::dom::element item : list)
      if (!item.get_string().get(text))
        indexed.terms.push_back({std::string(path.field), std::string(text)});
  }
  for (const PersonalPath& path : known.personal) {
    if (path.list.empty()) {
      if (!document[path.field].get_string().get(text)) add_token(text, indexed.terms);
      continue;
    }
    simdjson::dom::array list;
    if (document[path.list].get_array().get(list)) continue;
    for (const simdjson::dom::element item : list)
      if (!item[path.field].get_string().get(text)) add_token(text, indexed.terms);
  }
  return indexed;
}

}  // namespace perfgate::store

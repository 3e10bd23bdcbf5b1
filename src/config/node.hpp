#pragma once
// A configuration file as a tree that remembers where each value came from, and a reader that
// gathers every mistake in it.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/units.hpp"

namespace perfgate::config {

struct Member;

/// A value of a configuration file.
struct Node {
  enum class Kind { text, integer, real, boolean, time, list, table };

  Kind kind = Kind::table;
  std::string origin;  ///< "thresholds.toml:12", "PERFGATE_CONFIDENCE", "--confidence"
  int line = 0;        ///< 0: not from a file
  std::string text;    ///< of Kind::text; of other scalars as the file would write it
  std::int64_t integer = 0;
  double real = 0;
  bool boolean = false;
  std::vector<Node> items;      ///< of Kind::list
  std::vector<Member> members;  ///< of Kind::table, in the order of the file

  const Node* find(std::string_view key) const;
  Node* find(std::string_view key);
};

struct Member {
  std::string key;
  Node value;
};

/// For `config --origin`: `0.05`, `"80 MiB/s"`, `["main", "master"]`.
std::string to_text(const Node& value);

/// Reads TOML of at most 1 MiB. Errors: Code::config with file and line.
Result<Node> parse_toml(std::string_view toml, std::string_view name);

/// The mistakes found in a configuration, in the order of the file.
class Problems {
 public:
  void add(const Node& where, std::string message, std::string hint = {});
  bool empty() const { return problems_.empty(); }
  /// One error that tells them all, a line each; the hints are joined likewise, each once.
  Result<void> result() const;

 private:
  struct Problem {
    int line;
    std::string message, hint;
  };
  std::vector<Problem> problems_;
};

/// Reads the keys of one table. A key that is asked for is known; `finish` complains of the others.
class Reader {
 public:
  /// `table` is of Kind::table. `path` names it in messages: "[gate]", "[[rule]] 2", "" for the
  /// file itself.
  Reader(const Node& table, std::string path, Problems& problems);

  const Node& table() const { return table_; }
  Problems& problems() { return problems_; }

  const Node* value(std::string_view key);  ///< of any kind; nullptr where it is absent
  std::optional<std::string> text(std::string_view key);
  std::optional<bool> boolean(std::string_view key);
  std::optional<int> whole(std::string_view key, int least, int most);
  std::optional<double> number(std::string_view key, double least, double most);
  std::optional<std::vector<std::string>> texts(std::string_view key);
  /// The tables of `[[key]]`, and those of `[key]` (none or one).
  std::vector<const Node*> tables(std::string_view key);
  const Node* table_of(std::string_view key);
  /// Index into `choices`.
  std::optional<std::size_t> choice(std::string_view key,
                                    std::span<const std::string_view> choices);
  /// A share, as a number (0.05, at most 1) or as text ("5 %"); never negative.
  std::optional<Decimal> ratio(std::string_view key);

  /// Seconds of a time above zero: "30 min" as text, or a number of minutes.
  std::optional<double> duration(std::string_view key, double longest);

  /// Complains of what is wrong with a value.
  void wrong(std::string_view key, const Node& value, std::string_view expected,
             std::string hint = {});
  /// Complains of every key that nobody asked for, naming the nearest known one. `known_otherwise`
  /// tells of keys that are read in another way.
  void finish(const std::function<bool(const Member&)>& known_otherwise = {});

 private:
  const Node& table_;
  std::string path_;
  Problems& problems_;
  std::vector<std::string> known_;
};

/// The finite number of an integer or real; nothing for other kinds, NaN and infinities.
std::optional<double> as_number(const Node& value);

}  // namespace perfgate::config

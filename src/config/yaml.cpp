#include "config/yaml.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <charconv>
#include <map>
#include <sstream>

#include "base/text.hpp"

namespace perfgate::config {
namespace {

constexpr std::size_t largest = std::size_t{64} << 10, most_values = 4096, deepest = 16;

/// What yaml-cpp's parser is broken off with.
struct Refusal {
  Error error;
};

/// A plain scalar as the core schema takes it (YAML 1.2.2, section 10.3.2).
void resolve(Node& node) {
  const std::string& text = node.text;
  if (text == "true" || text == "True" || text == "TRUE" || text == "false" || text == "False" ||
      text == "FALSE") {
    node.kind = Node::Kind::boolean;
    node.boolean = text.front() == 't' || text.front() == 'T';
    return;
  }
  const char* const end = text.data() + text.size();
  const char* const begin = text.data() + (text.starts_with('+') ? 1 : 0);
  if (text.find_first_of("0123456789") == text.npos ||
      text.find_first_not_of("+-.0123456789eE") != text.npos)
    return;
  if (std::from_chars(begin, end, node.integer).ptr == end) {
    node.kind = Node::Kind::integer;
  } else if (std::from_chars(begin, end, node.real).ptr == end) {
    node.kind = Node::Kind::real;
  }
}

/// Builds the tree from the parser's events, and stops it at the first that it should not read.
class Builder final : public YAML::EventHandler {
 public:
  explicit Builder(std::string_view name) : name_(name) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    put(node_at(mark, Node::Kind::text), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchored_.find(anchor);
    if (found == anchored_.end())
      refuse(mark, "an alias of what it stands in", "write the value out");
    count(found->second, mark);
    Node copy = found->second;
    copy.origin = origin_of(mark);
    put(std::move(copy), 0);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (tag != "?" && tag != "!" && !tag.empty())
      refuse(mark, fmt::format("the tag `{}`", safe_text(tag, 60)), "write the value without it");
    Node node = node_at(mark, Node::Kind::text);
    if (!is_utf8(value)) refuse(mark, "text that is no UTF-8", "save the file as UTF-8");
    node.text = value;
    if (tag == "?") resolve(node);
    put(std::move(node), anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::list);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::table);
  }
  void OnMapEnd() override { close(); }

  Node take() && { return std::move(root_); }
  bool any() const { return any_; }

 private:
  struct Open {
    Node node;
    YAML::anchor_t anchor = 0;
    std::optional<std::string> key;
  };

  std::string origin_of(const YAML::Mark& mark) const {
    return fmt::format("{}:{}:{}", name_, mark.line + 1, mark.column + 1);
  }
  Node node_at(const YAML::Mark& mark, Node::Kind kind) {
    if (++values_ > most_values)
      refuse(mark, fmt::format("more than {} values", most_values), "is it the right file?");
    Node node;
    node.kind = kind;
    node.line = mark.line + 1;
    node.origin = origin_of(mark);
    return node;
  }
  [[noreturn]] void refuse(const YAML::Mark& mark, std::string_view what, std::string hint) const {
    throw Refusal{Error{.code = Code::config,
                        .message = fmt::format("{}: {}: it is not read", origin_of(mark), what),
                        .hint = std::move(hint)}};
  }
  void count(const Node& node, const YAML::Mark& mark) {
    if (++values_ > most_values)
      refuse(mark, fmt::format("aliases that repeat more than {} values", most_values),
             "write the values out");
    for (const Node& item : node.items) count(item, mark);
    for (const Member& member : node.members) count(member.value, mark);
  }
  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            Node::Kind kind) {
    if (tag != "?" && !tag.empty())
      refuse(mark, fmt::format("the tag `{}`", safe_text(tag, 60)), "write the value without it");
    if (open_.size() == deepest)
      refuse(mark, fmt::format("more than {} levels", deepest), "is it the right file?");
    Open entry{.node = node_at(mark, kind), .anchor = anchor};
    open_.push_back(std::move(entry));
  }
  void close() {
    Open entry = std::move(open_.back());
    open_.pop_back();
    put(std::move(entry.node), entry.anchor);
  }
  void put(Node node, YAML::anchor_t anchor) {
    if (anchor != 0) anchored_[anchor] = node;
    if (open_.empty()) {
      root_ = std::move(node);
      any_ = true;
      return;
    }
    Open& parent = open_.back();
    if (parent.node.kind == Node::Kind::list) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.key) {
      if (node.kind == Node::Kind::list || node.kind == Node::Kind::table || node.text == "<<")
        throw Refusal{Error{
            .code = Code::config,
            .message = fmt::format("{}: a key that is no plain text: it is not read", node.origin),
            .hint = "write keys as words"}};
      if (const Node* before = parent.node.find(node.text))
        throw Refusal{
            Error{.code = Code::config,
                  .message = fmt::format("{}: the key `{}` stands here twice: at {} too",
                                         node.origin, safe_text(node.text, 60), before->origin),
                  .hint = "take one of them out"}};
      parent.key = node.text;
    } else {
      parent.node.members.push_back({.key = *parent.key, .value = std::move(node)});
      parent.key.reset();
    }
  }

  std::string name_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Node> anchored_;
  std::size_t values_ = 0;
  Node root_;
  bool any_ = false;
};

}  // namespace

Result<Node> parse_yaml(std::string_view yaml, std::string_view name) {
  if (yaml.size() > largest)
    return fail(Code::config, fmt::format("{}: larger than {} KiB", name, largest >> 10U),
                "is it the right file?");
  if (const std::size_t nul = yaml.find('\0'); nul != yaml.npos)
    return fail(Code::config, fmt::format("{}: byte {} is NUL: it is no text", name, nul + 1),
                "save the file as UTF-8");
  Builder builder(name);
  try {
    std::istringstream stream{std::string(yaml)};
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
    Builder second(name);
    if (parser.HandleNextDocument(second) && second.any())
      return fail(Code::config, fmt::format("{}: it holds more than one document", name),
                  "keep the first, without a second `---`");
  } catch (const Refusal& refusal) {
    return std::unexpected(refusal.error);
  } catch (const YAML::Exception& error) {
    return fail(Code::config,
                fmt::format("{}:{}:{}: no YAML: {}", name, error.mark.line + 1,
                            error.mark.column + 1, safe_text(error.msg, 200)),
                "indent with spaces, and put texts with special characters in quotes");
  }
  const bool any = builder.any();
  Node root = std::move(builder).take();
  if (!any) root.origin = fmt::format("{}:1:1", name);
  if (root.kind != Node::Kind::table)
    return fail(Code::config, fmt::format("{}: keys and values are expected", root.origin),
                "see the shipped audit_config.yaml");
  return root;
}

}  // namespace perfgate::config

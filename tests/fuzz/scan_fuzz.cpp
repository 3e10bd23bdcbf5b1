#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "store/scan.hpp"

namespace perfgate::store {
namespace {

/// A history whose records all have one body: their checksums say nothing of what it is.
class OneBody : public Store {
 public:
  explicit OneBody(std::string body) : body_(std::move(body)) {}
  Result<void> append_if(const Decide&) override { return {}; }
  Result<std::vector<Head>> list(const Selection&) const override { return std::vector<Head>{}; }
  Result<void> read(std::span<const Head> heads, const Visit& visit, unsigned) const override {
    for (std::size_t i = 0; i < heads.size(); ++i) {
      Record record{.seq = heads[i].seq, .value = body_};
      TRY(const bool more, visit(i, record));
      if (!more) break;
    }
    return {};
  }
  std::string url() const override { return "fuzz"; }

 private:
  std::string body_;
};

}  // namespace
}  // namespace perfgate::store

// Any body is a run or an error that names it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace perfgate;
  const store::OneBody store({reinterpret_cast<const char*>(data), size});
  const std::vector<store::Head> heads{{.seq = 1}, {.seq = 2}};
  const auto query = store::parse_query(std::vector<std::string>{"benchmark=*"}, Time{0});
  const auto columns = store::scan_runs(store, heads, *query);
  if (columns && columns->median.size() != columns->rows()) std::abort();
  if (!columns && columns.error().message.empty()) std::abort();
  return 0;
}

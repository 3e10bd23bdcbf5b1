#include "github/bundle.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "model/judgement_json.hpp"
#include "model/run_json.hpp"
#include "sys/fd.hpp"
#include "sys/file.hpp"

namespace perfgate::github {
namespace {

constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

bool is_bundle_name(std::string_view text) {
  constexpr std::string_view allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.+ ()=,@";
  return !text.empty() && text.size() <= 100 && text.front() != '.' &&
         text.find_first_not_of(allowed) == text.npos;
}

std::string name_of(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return std::string(path.substr(path.rfind('/') + 1));
}

/// The names in a folder, sorted; at most `most`.
Result<std::vector<std::string>> names_in(int folder, const std::string& path, std::size_t most) {
  const int copy = ::openat(folder, ".", folder_flags);
  if (copy < 0) return sys::io_error("reading", path, errno);
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(copy), ::closedir);
  if (!stream) return sys::io_error("reading", path, errno);
  std::vector<std::string> names;
  for (errno = 0; const dirent* entry = ::readdir(stream.get()); errno = 0) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (names.size() >= most)
      return fail(Code::schema, fmt::format("{}: more than {} entries", path, most),
                  "give the folder that --out of gate or ab named, and nothing else in it");
    names.emplace_back(name);
  }
  if (errno != 0) return sys::io_error("reading", path, errno);
  std::ranges::sort(names);
  return names;
}

/// Of many small values a document becomes far larger in memory than its text.
Result<void> check_values(std::string_view text, std::string_view path, std::size_t most) {
  const auto count = std::ranges::count_if(
      text, [](char c) { return c == ',' || c == ':' || c == '[' || c == '{'; });
  if (static_cast<std::size_t>(count) <= most) return {};
  return fail(Code::schema, fmt::format("{}: more than {} values", path, most),
              "measure fewer benchmarks in one bundle: a bundle for each suite is joined to one "
              "comment");
}

/// Reads the files of one bundle, whose bytes all count together.
class BundleReader {
 public:
  BundleReader(const BundleLimits& limits, std::uint64_t& spent) : limits_(limits), spent_(spent) {}

  Result<Bundle> read(int folder, const std::string& path) {
    TRY(const std::vector<std::string> names, names_in(folder, path, limits_.entries));
    const auto holds = [&](std::string_view name) {
      return std::ranges::find(names, name) != names.end();
    };
    for (const std::string& name : names)
      if (name != "run.json" && name != "judgement.json" && name != "perf.json" && name != "base" &&
          name != "head")
        return fail(
            Code::schema,
            fmt::format("{}: `{}` does not belong into a bundle", path, safe_text(name, 100)),
            "a bundle holds run.json (of ab: base/run.json and head/run.json), "
            "judgement.json and perf.json, and nothing else");
    Bundle bundle;
    if (holds("head") && holds("base")) {
      TRY(bundle.base, read_side(folder, path, "base"));
      TRY(bundle.head, read_side(folder, path, "head"));
    } else if (holds("run.json")) {
      TRY(bundle.head, read_run_of(folder, path + "/run.json", "run.json"));
    } else {
      return fail(Code::nothing_measured, fmt::format("{}: it holds no run.json", path),
                  "see the log of the job that measures: it ended before anything was measured");
    }
    if (holds("judgement.json")) {
      TRY(const std::string text, read_file(folder, path + "/judgement.json", "judgement.json"));
      TRY(bundle.claimed, read_judgement(text, path + "/judgement.json"));
    }
    // perf.json is printed figures of run.json: there is nothing in it to be judged.
    if (holds("perf.json")) CHECKED(read_file(folder, path + "/perf.json", "perf.json"));
    return bundle;
  }

 private:
  Result<Run> read_side(int folder, const std::string& path, const char* side) {
    const std::string below = fmt::format("{}/{}", path, side);
    const sys::Fd inner(::openat(folder, side, folder_flags));
    if (!inner) return refusal(below, errno);
    TRY(const std::vector<std::string> names, names_in(inner.get(), below, limits_.entries));
    if (names != std::vector<std::string>{"run.json"})
      return fail(Code::schema, fmt::format("{}: it should hold run.json and nothing else", below),
                  "give the folder that --out of ab named");
    return read_run_of(inner.get(), below + "/run.json", "run.json");
  }

  Result<Run> read_run_of(int folder, const std::string& path, const char* name) {
    TRY(const std::string text, read_file(folder, path, name));
    TRY(const nlohmann::json document,
        parse_json(text, path, Code::schema, {.max_depth = limits_.depth}));
    return read_run(document, path);
  }

  Result<std::string> read_file(int folder, const std::string& path, const char* name) {
    // O_NONBLOCK: a pipe does not keep us waiting before it is found to be none.
    const sys::Fd file(::openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (!file) return refusal(path, errno);
    struct stat info{};
    if (::fstat(file.get(), &info) != 0) return sys::io_error("reading", path, errno);
    if (!S_ISREG(info.st_mode))
      return fail(Code::schema, fmt::format("{}: it is no regular file", path),
                  "a bundle is made of plain files");
    const auto size = static_cast<std::uint64_t>(info.st_size);
    if (size > limits_.file_bytes || size > limits_.bytes - std::min(spent_, limits_.bytes))
      return fail(Code::schema,
                  fmt::format("{}: {} bytes; of one file {} are read, of a bundle {}", path, size,
                              limits_.file_bytes, limits_.bytes),
                  "measure fewer benchmarks in one bundle");
    std::string text(size, '\0');
    CHECKED(sys::read_part(file.get(), path, 0, text));
    spent_ += size;
    CHECKED(check_values(text, path, limits_.values));
    return text;
  }

  static std::unexpected<Error> refusal(const std::string& path, int error) {
    if (error == ELOOP || error == ENOTDIR)
      return fail(Code::schema, fmt::format("{}: it is a link, or no folder", path),
                  "a bundle is made of plain files and folders");
    return sys::io_error("reading", path, error);
  }

  const BundleLimits& limits_;
  std::uint64_t& spent_;
};

/// "./" of shells and slashes at the end are no part of what is said.
std::string shown(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return safe_text(path, 300);
}

}  // namespace

Result<std::vector<ReadBundle>> read_bundles(const std::string& folder,
                                             const BundleLimits& limits) {
  const std::string path = shown(folder);
  const sys::Fd top(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!top) return sys::io_error("reading the bundle", path, errno);
  TRY(const std::vector<std::string> names,
      names_in(top.get(), path, std::max(limits.bundles, limits.entries)));
  std::uint64_t spent = 0;
  std::vector<ReadBundle> read;
  const auto holds = [&](std::string_view name) {
    return std::ranges::find(names, name) != names.end();
  };
  if (holds("run.json") || holds("judgement.json") || holds("perf.json") ||
      (holds("base") && holds("head"))) {
    read.push_back({name_of(folder), BundleReader(limits, spent).read(top.get(), path)});
    if (read.back().bundle) read.back().bundle->name = read.back().name;
    return read;
  }
  for (const std::string& name : names) {
    const std::string below = path + "/" + safe_text(name, 100);
    if (!is_bundle_name(name))
      return fail(Code::schema, fmt::format("{}: this is no name of a bundle", below),
                  "letters, digits, blanks and -_.+()=,@, at most 100, not beginning with a dot");
    const sys::Fd inner(::openat(top.get(), name.c_str(), folder_flags));
    if (!inner) {
      read.push_back({name, fail(Code::schema, fmt::format("{}: it is no folder", below),
                                 "a bundle is a folder; give --bundle the one that holds them")});
      continue;
    }
    read.push_back({name, BundleReader(limits, spent).read(inner.get(), below)});
    if (read.back().bundle) read.back().bundle->name = name;
  }
  if (read.empty())
    return fail(Code::nothing_measured, fmt::format("{}: it is empty", path),
                "see the log of the job that measures: it ended before it wrote its results, or "
                "they were not brought here");
  return read;
}

}  // namespace perfgate::github

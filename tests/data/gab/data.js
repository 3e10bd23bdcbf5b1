window.BENCHMARK_DATA = {
  "lastUpdate": 1700000300000,
  "repoUrl": "https://github.com/someone/project",
  "entries": {
    "Rust Benchmark": [
      {
        "commit": {
          "author": {"email": "someone@example.com", "name": "Some One", "username": "someone"},
          "committer": {"email": "someone@example.com", "name": "Some One", "username": "someone"},
          "distinct": true,
          "id": "0123456789abcdef0123456789abcdef01234567",
          "message": "Sort faster\n\nSigned-off-by: Some One <someone@example.com>",
          "timestamp": "2023-11-14T23:13:00+01:00",
          "tree_id": "89abcdef0123456789abcdef0123456789abcdef",
          "url": "https://github.com/someone/project/commit/0123456789abcdef0123456789abcdef01234567"
        },
        "date": 1700000000123,
        "tool": "cargo",
        "benches": [
          {"name": "sort/1000", "value": 1250, "range": "± 50", "unit": "ns/iter"},
          {"name": "search", "value": 12.5, "range": "±2%", "unit": "µs", "extra": "by Some One"},
          {"name": "search", "value": 80, "unit": "MB/s"},
          {"name": "search", "value": 13, "unit": "µs"},
          {"name": "crashed", "value": null, "unit": "ns/iter"}
        ]
      },
      {
        "commit": {"id": "89abcdef0123456789abcdef0123456789abcdef", "timestamp": "2023-11-14T22:18:20Z"},
        "date": 1700000100000,
        "tool": "cargo",
        "benches": [{"name": "sort/1000", "value": 1300, "range": "± 60", "unit": "ns/iter"}]
      }
    ],
    "Scores": [
      {
        "commit": {"id": "0123456789abcdef0123456789abcdef01234567"},
        "date": 1700000200000,
        "tool": "customBiggerIsBetter",
        "benches": [{"name": "points", "value": 42, "unit": "points"}]
      }
    ]
  }
};

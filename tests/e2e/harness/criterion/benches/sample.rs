// Sorting and summing something small, told to Criterion in each way that its users do: throughput in
// bytes and in elements, a parameter, flat sampling, ids with spaces and quotes.

use criterion::measurement::WallTime;
use criterion::{
    black_box, criterion_group, BenchmarkGroup, BenchmarkId, Criterion, SamplingMode, Throughput,
};
use std::time::Duration;

/// The same numbers on every machine: splitmix64.
fn numbers(count: usize) -> Vec<u64> {
    let mut state: u64 = 42;
    let next = || {
        state = state.wrapping_add(0x9e3779b97f4a7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58476d1ce4e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d049bb133111eb);
        z ^ (z >> 31)
    };
    std::iter::repeat_with(next).take(count).collect()
}

fn sorted(values: &[u64]) -> Vec<u64> {
    let mut result = values.to_vec();
    result.sort_unstable();
    result
}

fn checksum(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .fold(0, |sum, &byte| sum.rotate_left(5) ^ u32::from(byte))
}

/// How much longer `sum/checksum` takes, in per cent: what a test plants to see it found.
fn slowdown() -> usize {
    match std::env::var("PERFGATE_SLOWDOWN") {
        Ok(text) => text
            .parse()
            .expect("PERFGATE_SLOWDOWN must be a whole number of per cent"),
        Err(_) => 0,
    }
}

fn brief(group: &mut BenchmarkGroup<WallTime>) {
    group
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(300))
        .sample_size(20);
}

fn bench_sum(c: &mut Criterion) {
    let bytes: Vec<u8> = numbers(2_000)
        .iter()
        .flat_map(|n| n.to_le_bytes())
        .collect();
    let again: Vec<u8> = bytes
        .iter()
        .copied()
        .cycle()
        .take(bytes.len() * slowdown() / 100)
        .collect();
    let mut group = c.benchmark_group("sum");
    brief(&mut group);
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("checksum", |b| {
        b.iter(|| {
            black_box(checksum(black_box(&again)));
            checksum(black_box(&bytes))
        })
    });
    group.finish();
}

fn bench_sort(c: &mut Criterion) {
    let mut group = c.benchmark_group("sort");
    brief(&mut group);
    for count in [256, 1024] {
        let values = numbers(count);
        group.throughput(Throughput::Elements(count as u64));
        group.bench_with_input(BenchmarkId::new("unstable", count), &values, |b, values| {
            b.iter(|| sorted(black_box(values)))
        });
    }
    group.finish();
}

fn bench_flat(c: &mut Criterion) {
    let values = numbers(20_000);
    let mut group = c.benchmark_group("flat sampling");
    brief(&mut group);
    group.sampling_mode(SamplingMode::Flat).sample_size(10);
    group.bench_function("sort \"everything\" at once", |b| {
        b.iter(|| sorted(black_box(&values)))
    });
    group.finish();
}

fn bench_plain(c: &mut Criterion) {
    c.bench_function("it's just a sum", |b| {
        let values = numbers(1_000);
        b.iter(|| {
            black_box(&values)
                .iter()
                .fold(0u64, |sum, n| sum.wrapping_add(*n))
        })
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(300))
        .sample_size(20);
    targets = bench_sum, bench_sort, bench_flat, bench_plain
}

fn main() {
    // perfgate sets PERF=1 for every suite; whoever runs this by hand must mean it.
    match std::env::var("PERF") {
        Ok(value) if value == "1" => println!("PERF=1: measuring"),
        _ => {
            eprintln!("PERF=1 is not set: nothing is measured");
            std::process::exit(1);
        }
    }
    benches();
    Criterion::default().configure_from_args().final_summary();
}

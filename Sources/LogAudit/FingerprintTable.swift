/// Fingerprints with a number for each, in two flat arrays: 20 to 40 bytes for each fingerprint.
struct FingerprintTable {
    private var keys: [UInt64]
    private var values: [UInt64]
    private var count = 0

    init(capacity: Int) {
        keys = [UInt64](repeating: 0, count: max(64, capacity))
        values = [UInt64](repeating: 0, count: keys.count)
    }

    /// Sets the number of a fingerprint, which is not zero; returns the one before, or nil for a new fingerprint.
    mutating func set(_ key: UInt64, to value: UInt64) -> UInt64? {
        if count * 5 >= keys.count * 4 { grow() }
        let slot = FingerprintSet.slot(of: key, in: keys)
        if keys[slot] == key {
            defer { values[slot] = value }
            return values[slot]
        }
        (keys[slot], values[slot]) = (key, value)
        count += 1
        return nil
    }

    private mutating func grow() {
        var larger = FingerprintTable(capacity: keys.count * 2)
        for slot in keys.indices where keys[slot] != 0 { _ = larger.set(keys[slot], to: values[slot]) }
        self = larger
    }
}

/// Fingerprints alone, in one flat array: 10 to 20 bytes for each.
struct FingerprintSet {
    private var keys: [UInt64]
    private var count = 0

    init(capacity: Int) { keys = [UInt64](repeating: 0, count: max(64, capacity)) }

    /// Adds a fingerprint, which is not zero; returns whether it is new.
    mutating func insert(_ key: UInt64) -> Bool {
        if count * 5 >= keys.count * 4 { grow() }
        let slot = FingerprintSet.slot(of: key, in: keys)
        guard keys[slot] != key else { return false }
        keys[slot] = key
        count += 1
        return true
    }

    private mutating func grow() {
        var larger = FingerprintSet(capacity: keys.count * 2)
        for key in keys where key != 0 { _ = larger.insert(key) }
        self = larger
    }

    /// The slot where a key is, or the empty one where it belongs; there is always an empty one.
    static func slot(of key: UInt64, in keys: [UInt64]) -> Int {
        keys.withUnsafeBufferPointer { keys in
            // The high half of the product spreads random keys evenly over any number of slots.
            var slot = Int(key.multipliedFullWidth(by: UInt64(keys.count)).high)
            while keys[slot] != 0, keys[slot] != key {
                slot += 1
                if slot == keys.count { slot = 0 }
            }
            return slot
        }
    }
}

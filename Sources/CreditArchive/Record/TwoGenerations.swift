/// A bounded cache in two generations: what was not asked for during a whole generation is forgotten.
///
/// The newest `capacity` entries are always there, so whatever is under way is never lost.
struct TwoGenerations<Key: Hashable, Value> {
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    subscript(key: Key) -> Value? {
        mutating get {
            if let value = young[key] { return value }
            guard let value = old[key] else { return nil }
            store(value, for: key)
            return value
        }
        set {
            guard let newValue else {
                young[key] = nil
                old[key] = nil
                return
            }
            store(newValue, for: key)
        }
    }

    private mutating func store(_ value: Value, for key: Key) {
        if young.count >= capacity {
            old = young
            young.removeAll(keepingCapacity: true)
        }
        young[key] = value
    }
}

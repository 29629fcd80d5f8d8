internal import CreditModel
internal import TabularText

/// Which bodies of a file can be registered: a parent may stand later in the same file (contract §1), so the file is read
/// once before its rows are taken in order.
///
/// A body can be registered if its chain of parents ends at a body without a parent or at one that is registered already;
/// circles never end. Memory: one code and one parent's code a row.
struct BodyPlan {
    private(set) var registrable: Set<BodyID> = []

    init(parents: [BodyID: BodyID?], isRegistered: (BodyID) throws -> Bool) rethrows {
        var children: [BodyID: [BodyID]] = [:]
        var ready: [BodyID] = []
        for (body, parent) in parents {
            guard let parent else {
                ready.append(body)
                continue
            }
            if try isRegistered(parent) { ready.append(body) } else { children[parent, default: []].append(body) }
        }
        while let body = ready.popLast() {
            guard registrable.insert(body).inserted else { continue }
            ready += children[body] ?? []
        }
    }
}

internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// The data keys of sealed fields: slots of a fixed-width file, 0600, apart from the log and its backups.
///
/// `kid` = slot. Slots are filled with random keys and synced in blocks ahead of their use, taken in order, never used
/// again. A destroyed slot is all zero; one that the log has used and an older backup of the file lacks is all ones;
/// one that a restored log may have used after its backup is all 0xFE. The file begins with a header of 64 bytes that
/// names the archive, so that another archive's keys are refused.
public final class DataKeys: Sendable {
    public enum Lookup: Sendable, Hashable {
        case key([UInt8])
        /// Overwritten: lawfully erased if the log says so.
        case destroyed
        /// The file has no such slot: the keys are lost or come from an older backup.
        case missing
        /// Given up unused when a log was restored from a backup: nothing in this log was ever sealed under it.
        case skipped
    }

    private struct State: Sendable {
        var next: UInt32
        var provisioned: UInt32
        /// Keys taken and used recently; bounded.
        var cache: [UInt32: [UInt8]] = [:]
    }

    public static let slotBytes = 32
    private static let headerBytes = 64
    private static let magic = "credit-archive data keys 1\n"
    private static let maximumCache = 65_536
    /// Half of what a key number could name: 64 GiB of keys.
    private static let maximumSlots: UInt32 = 1 << 31

    private let descriptor: Int32
    private let path: String
    private let canWrite: Bool
    private let random: RandomPool
    private let state: Mutex<State>

    /// Opens the file, making it where it does not exist and `canWrite` holds.
    ///
    /// - Parameters:
    ///   - archiveID: the UUID of the archive that the keys belong to.
    ///   - highestUsed: the highest key number in the log; slots up to it are never taken again.
    /// - Throws: ``EventLogError`` `keys-unusable`; `storage-failed` where the disk is at fault.
    public init(
        path: String, archiveID: String, highestUsed: UInt32?, canWrite: Bool, random: RandomPool
    ) throws(EventLogError) {
        self.path = path
        self.canWrite = canWrite
        self.random = random
        let next = UInt64(highestUsed.map { UInt64($0) + 1 } ?? 0)
        guard next <= UInt64(DataKeys.maximumSlots) else {
            throw DataKeys.unusable(path, "密钥编号过大 / the key number \(next - 1) is out of range")
        }
        let (descriptor, slots) = try DataKeys.openFile(path, archiveID: archiveID, canWrite: canWrite)
        self.descriptor = descriptor
        state = Mutex(State(next: UInt32(next), provisioned: slots))
    }

    /// Opens or makes the file and checks whose it is: its descriptor, and how many whole slots it has.
    private static func openFile(
        _ path: String, archiveID: String, canWrite: Bool
    ) throws(EventLogError) -> (descriptor: Int32, slots: UInt32) {
        let flags = canWrite ? O_RDWR | O_CREAT | O_CLOEXEC : O_RDONLY | O_CLOEXEC
        let descriptor = open(path, flags, 0o600)
        guard descriptor >= 0 else {
            let code = errno
            throw DurableFile.isDiskFault(code) ? unwritten(path, code) : unusable(path, DurableFile.reason(code))
        }
        do throws(EventLogError) {
            return (descriptor, try readHeader(descriptor, path, archiveID, canWrite))
        } catch {
            close(descriptor)
            throw error
        }
    }

    private static func readHeader(
        _ descriptor: Int32, _ path: String, _ archiveID: String, _ canWrite: Bool
    ) throws(EventLogError) -> UInt32 {
        var header = Array((DataKeys.magic + archiveID).utf8)
        header += [UInt8](repeating: 0x0A, count: max(0, DataKeys.headerBytes - header.count))
        var length = lseek(descriptor, 0, SEEK_END)
        if length == 0, canWrite {
            try keep(header, at: 0, descriptor, path)
            let code = DurableFile.syncFolder(of: path)
            guard code == 0 else { throw unwritten(path, code) }
            length = off_t(header.count)
        }
        var found = [UInt8](repeating: 0, count: DataKeys.headerBytes)
        let read = pread(descriptor, &found, found.count, 0)
        guard read == found.count, found == header else {
            throw DataKeys.unusable(path, "属于另一档案库或已损坏 / belongs to another archive or is damaged")
        }
        let slots = max(0, Int(length) - DataKeys.headerBytes) / DataKeys.slotBytes
        guard slots <= Int(DataKeys.maximumSlots) else { throw DataKeys.unusable(path, "过大 / too large") }
        return UInt32(slots)
    }

    /// Writes and syncs. Throws `storage-failed`: the keys are as well as they were, the disk is not.
    private static func keep(
        _ bytes: [UInt8], at offset: Int, _ descriptor: Int32, _ path: String
    ) throws(EventLogError) {
        var code = DurableFile.write(bytes, to: descriptor, at: offset)
        if code == 0 { code = DurableFile.sync(descriptor) }
        guard code == 0 else { throw unwritten(path, code) }
    }

    private static func unwritten(_ path: String, _ code: Int32) -> EventLogError {
        .storage(("写入密钥文件 \(path) ", "writing the key file \(path)"), DurableFile.reason(code))
    }

    deinit { close(descriptor) }

    /// Takes the next slot: a key that nothing was sealed under before.
    public func take() throws(EventLogError) -> (id: UInt32, key: [UInt8]) {
        let outcome: Result<(UInt32, [UInt8]), EventLogError> = state.withLock { state in
            do throws(EventLogError) {
                while true {
                    if state.next >= state.provisioned { try provision(&state) }
                    let id = state.next
                    state.next += 1
                    // A slot may have been destroyed or lost before it was used, after a restore of an older log.
                    if case .key(let key) = try read(id, &state) { return .success((id, key)) }
                }
            } catch {
                return .failure(error)
            }
        }
        let (id, key) = try outcome.get()
        return (id, key)
    }

    public func lookup(_ id: UInt32) throws(EventLogError) -> Lookup {
        let outcome: Result<Lookup, EventLogError> = state.withLock { state in
            do throws(EventLogError) { return .success(try read(id, &state)) } catch { return .failure(error) }
        }
        return try outcome.get()
    }

    /// Overwrites the slot and syncs: the texts under this key can be read by nobody any more.
    public func destroy(_ id: UInt32) throws(EventLogError) {
        guard canWrite else { throw DataKeys.unusable(path, "只为读取而打开 / opened for reading only") }
        let zeros = [UInt8](repeating: 0, count: DataKeys.slotBytes)
        let failure: EventLogError? = state.withLock { state in
            state.cache[id] = nil
            guard id < state.provisioned else { return nil }
            do throws(EventLogError) {
                try DataKeys.keep(zeros, at: Int(DataKeys.offset(id)), descriptor, path)
                return nil
            } catch { return error }
        }
        if let failure { throw failure }
    }

    /// Gives up every slot that was provided and that the log does not use: a log that was restored from a backup may
    /// have used them after that backup, and no key ever seals texts of two histories.
    public func skipUnused() throws(EventLogError) {
        let code: Int32 = state.withLock { state in
            state.cache.removeAll()
            while state.next < state.provisioned {
                let slots = min(state.provisioned - state.next, 512)
                let skipped = [UInt8](repeating: 0xFE, count: Int(slots) * DataKeys.slotBytes)
                let code = DurableFile.write(skipped, to: descriptor, at: Int(DataKeys.offset(state.next)))
                guard code == 0 else { return code }
                state.next += slots
            }
            return DurableFile.sync(descriptor)
        }
        guard code == 0 else { throw DataKeys.unwritten(path, code) }
    }

    private func read(_ id: UInt32, _ state: inout State) throws(EventLogError) -> Lookup {
        if let key = state.cache[id] { return .key(key) }
        guard id < state.provisioned else { return .missing }
        var key = [UInt8](repeating: 0, count: DataKeys.slotBytes)
        guard pread(descriptor, &key, key.count, DataKeys.offset(id)) == key.count else {
            throw DataKeys.unusable(path, "读取失败 / cannot be read")
        }
        if key.allSatisfy({ $0 == 0 }) { return .destroyed }
        if key == DataKeys.lostSlot { return .missing }
        if key == DataKeys.skippedSlot { return .skipped }
        if state.cache.count >= DataKeys.maximumCache { state.cache.removeAll(keepingCapacity: true) }
        state.cache[id] = key
        return .key(key)
    }

    /// Adds a block of random keys, doubling the file up to 65,536 slots at a time, and syncs it before any is used.
    private func provision(_ state: inout State) throws(EventLogError) {
        let block = min(max(1024, state.provisioned), 65_536)
        let target = max(state.next, state.provisioned) + block
        guard target <= DataKeys.maximumSlots else { throw DataKeys.unusable(path, "已用尽 / has no slots left") }
        var end = state.provisioned
        while end < target {
            // Slots that the log has used and the file lacks stay recognisable: a new key there would open nothing.
            let isLost = end < state.next
            let slots = min((isLost ? state.next : target) - end, 512)
            let keys = isLost ? DataKeys.lost(slots) : random.bytes(Int(slots) * DataKeys.slotBytes)
            let code = DurableFile.write(keys, to: descriptor, at: Int(DataKeys.offset(end)))
            guard code == 0 else { throw DataKeys.unwritten(path, code) }
            end += slots
        }
        let code = DurableFile.sync(descriptor)
        guard code == 0 else { throw DataKeys.unwritten(path, code) }
        // Not before: a slot that was written and not synced is written again, never handed out.
        state.provisioned = end
    }

    private static let lostSlot = lost(1)
    private static let skippedSlot = [UInt8](repeating: 0xFE, count: slotBytes)

    private static func lost(_ slots: UInt32) -> [UInt8] {
        [UInt8](repeating: 0xFF, count: Int(slots) * slotBytes)
    }

    private static func offset(_ id: UInt32) -> off_t { off_t(headerBytes + Int(id) * slotBytes) }

    private static func unusable(_ path: String, _ reason: String) -> EventLogError {
        EventLogError(
            .keys, chinese: "密钥文件 \(path) 不可用：\(reason)；请恢复密钥备份",
            english: "the key file \(path) is unusable: \(reason); restore the key backup")
    }
}

/* Reasons for which a packet is dropped: a parser's answer, and the index of the counter that
 * remembers it. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Nothing is lost silently: whoever drops a packet names one of these, and the stack counts it.
 */
#ifndef STINT_BASE_DROP_H
#define STINT_BASE_DROP_H

#ifdef __cplusplus
extern "C" {
#endif

enum stint_drop {
    STINT_DROP_NONE, /* accepted */

    STINT_DROP_ETHERNET_SHORT, /* shorter than an Ethernet header */
    STINT_DROP_ETHERNET_LONG,  /* longer than the interface's MTU allows */
    STINT_DROP_ETHERNET_TYPE,  /* an EtherType, 802.3 length or VLAN tag that nobody handles */
    STINT_DROP_ETHERNET_DESTINATION, /* addressed to another station */
    STINT_DROP_ETHERNET_SOURCE,      /* a group or zero source address, or our own */

    STINT_DROP_ARP_MALFORMED, /* lengths, types or operation that are not Ethernet and IPv4 */
    STINT_DROP_ARP_ADDRESS,   /* a sender address that must not be learnt */
    STINT_DROP_ARP_NOT_OURS,  /* neither asks for us nor answers us */

    STINT_DROP_IPV4_SHORT,       /* shorter than its header, its IHL or its total length says */
    STINT_DROP_IPV4_VERSION,     /* version not 4 */
    STINT_DROP_IPV4_HEADER,      /* IHL below 5 or total length below the header */
    STINT_DROP_IPV4_CHECKSUM,    /* header checksum wrong */
    STINT_DROP_IPV4_OPTION,      /* malformed options or source routing */
    STINT_DROP_IPV4_FRAGMENT,    /* a fragment, or one that ends past 65,535 */
    STINT_DROP_IPV4_SOURCE,      /* a source that cannot be: broadcast, multicast, loopback, ours */
    STINT_DROP_IPV4_DESTINATION, /* not addressed to this host */
    STINT_DROP_IPV4_PROTOCOL,    /* a protocol that nobody handles */

    STINT_DROP_IPV6_UNSUPPORTED, /* IPv6 is not configured */
    STINT_DROP_IPV6_SHORT,       /* shorter than its header or its payload length says */
    STINT_DROP_IPV6_VERSION,     /* version not 6 */
    STINT_DROP_IPV6_EXTENSION, /* an extension header cut off, of a wrong length, or one too many */
    STINT_DROP_IPV6_OPTION,    /* an unknown option that asks to be dropped, or one too many */
    STINT_DROP_IPV6_ROUTING,   /* a routing header with segments left (RFC 5095) */
    STINT_DROP_IPV6_FRAGMENT,  /* a fragment that cannot be, or ends past 65,535 */
    STINT_DROP_IPV6_NEXT_HEADER, /* a next header that nobody handles */
    STINT_DROP_IPV6_SOURCE,      /* a source that cannot be: multicast, IPv4-mapped, ours */
    STINT_DROP_IPV6_DESTINATION, /* not addressed to this host, or to no address */

    STINT_DROP_ICMP_SHORT,       /* shorter than its header or than its type demands */
    STINT_DROP_ICMP_CHECKSUM,    /* checksum wrong */
    STINT_DROP_ICMP_TYPE,        /* a type that nobody handles */
    STINT_DROP_ICMP_DESTINATION, /* an echo request to a broadcast or multicast address */
    STINT_DROP_ICMP_QUOTE, /* an error that quotes nothing we sent, or is implausible (RFC 5927) */
    STINT_DROP_ICMP_RATE,  /* our answer was withheld by a rate limit */
    STINT_DROP_ICMP_REPLY, /* an echo reply that no socket waits for */
    STINT_DROP_ICMP_FULL,  /* the socket's receive queue is full */

    STINT_DROP_NDP_MALFORMED, /* shorter than its type demands, or an option of length 0 or past the
                                 end */
    STINT_DROP_NDP_HOP_LIMIT, /* a hop limit below 255 or a code: not from this link */
    STINT_DROP_NDP_ADDRESS,   /* addresses that contradict its type (RFC 4861 6.1, 7.1, 8.1) */
    STINT_DROP_GROUP_MALFORMED,   /* an IGMP or MLD message that is short or not about a group */
    STINT_DROP_GROUP_CHECKSUM,    /* an IGMP message whose checksum is wrong */
    STINT_DROP_GROUP_SOURCE,      /* an IGMP or MLD message that was not sent on this link */
    STINT_DROP_GROUP_TYPE,        /* an IGMP or MLD type that nobody handles */
    STINT_DROP_GROUP_DESTINATION, /* an IGMP or MLD message that was not sent to whom it concerns */
    STINT_DROP_GROUP_NOT_JOINED,  /* sent to a multicast group that was not joined here */

    STINT_DROP_UDP_SHORT,    /* shorter than its header or its length field says */
    STINT_DROP_UDP_LENGTH,   /* length field below 8 */
    STINT_DROP_UDP_CHECKSUM, /* checksum wrong */
    STINT_DROP_UDP_PORT,     /* no socket on this port, or port 0 */
    STINT_DROP_UDP_FULL,     /* the socket's receive queue is full */

    STINT_DROP_TCP_SHORT,      /* shorter than its header or its data offset says */
    STINT_DROP_TCP_OFFSET,     /* data offset below 5 */
    STINT_DROP_TCP_OPTION,     /* an option of length 0 or 1, or past the header */
    STINT_DROP_TCP_CHECKSUM,   /* checksum wrong */
    STINT_DROP_TCP_PORT,       /* nobody listens on this port, or port 0 */
    STINT_DROP_TCP_ADDRESS,    /* source equals destination, or a group address */
    STINT_DROP_TCP_FLAGS,      /* flags that are never valid in this state */
    STINT_DROP_TCP_SEQUENCE,   /* outside the receive window */
    STINT_DROP_TCP_ACK,        /* acknowledges data never sent, or far too old */
    STINT_DROP_TCP_TIMESTAMP,  /* older than one already seen (PAWS, RFC 7323 5) */
    STINT_DROP_TCP_BACKLOG,    /* the listener's backlog or its records are full */
    STINT_DROP_TCP_RESET,      /* a reset that is not exactly the next expected (RFC 5961 3) */
    STINT_DROP_TCP_SYN,        /* a SYN in a synchronized state (RFC 5961 4) */
    STINT_DROP_TCP_MEMORY,     /* no buffer memory for its data */
    STINT_DROP_TCP_REASSEMBLY, /* out of order, with more holes than are remembered */

    STINT_DROP_DHCP_MALFORMED, /* a DHCP message short, without its cookie, or with malformed
                                  options */
    STINT_DROP_DNS_MALFORMED,  /* a DNS message short, or with a name or record that cannot be */
    STINT_DROP_DNS_QUESTION,   /* a DNS response to another question than ours */

    STINT_DROP_NEIGHBOR_QUEUE,  /* the queue of packets that wait for this neighbor is full */
    STINT_DROP_NEIGHBOR_TABLE,  /* every neighbor record is in use */
    STINT_DROP_NEIGHBOR_SILENT, /* the neighbor did not answer */
    STINT_DROP_TOO_LONG,        /* longer than the interface's MTU, and not to be fragmented */
    STINT_DROP_NO_ROUTE,        /* no route to the destination */
    STINT_DROP_BROADCAST,       /* to a broadcast address, from a socket that may not */
    STINT_DROP_DEVICE_FULL, /* an answer that nobody repeats for us, and the device had no room */

    STINT_DROP_COUNT
};

/* A short stable name, used as key in reports: "ipv4-checksum". */
const char *stint_drop_name(enum stint_drop reason);

/* The same reason as a sentence a user can act on: "IPv4 header checksum wrong". */
const char *stint_drop_describe(enum stint_drop reason);

#ifdef __cplusplus
}
#endif

#endif
